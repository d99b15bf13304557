//! The levels of agreement of each field, with the key under which policy weighs them and the words people read.

/// A level: its key in the file of weights, and what it says in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// Key in the file of weights.
    pub key: &'static str,
    /// In words.
    pub words: &'static str,
}

macro_rules! levels {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $key:literal, $words:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name { $(#[doc = $words] $variant,)* }

        impl $name {
            /// All levels, in order.
            pub const LEVELS: &'static [Level] = &[$(Level { key: $key, words: $words },)*];
        }
    };
}

levels! {
    /// How far first names agree.
    First {
        Exact = "exact", "the same";
        Compound = "compound", "the same, with a further given name on one side";
        Nickname = "nickname", "a short form or an alias";
        Edit = "edit", "one letter differs, and one of them is no known name";
        EditNames = "edit_names", "two different valid names, one letter apart";
        Close = "close", "nearly the same, and one of them is no known name";
        CloseNames = "close_names", "two different valid names that are nearly the same";
        Similar = "similar", "alike, and one of them is no known name";
        SimilarNames = "similar_names", "two different valid names that are alike";
        IsMiddle = "is_middle", "one is the other's middle name";
        Swapped = "swapped", "first and last name are swapped";
        Missing = "missing", "missing, or a newborn without a name";
        Different = "different", "different";
    }
}

levels! {
    /// How far family names agree.
    Last {
        Exact = "exact", "the same";
        Swapped = "swapped", "first and last name are swapped";
        Part = "part", "one part is the same";
        Alias = "alias", "one is the other's former, maiden or mother's name";
        Close = "close", "nearly the same";
        Sound = "sound", "sounds the same";
        Missing = "missing", "missing";
        Different = "different", "different";
    }
}

levels! {
    /// How far birth dates agree.
    Birth {
        Exact = "exact", "the same";
        Swapped = "swapped", "day and month swapped";
        Near = "near", "at most three days apart";
        Day = "day", "another day of the same month";
        Month = "month", "another month";
        NextYear = "next_year", "one year apart";
        Year = "year", "another year";
        OnlyYear = "only_year", "only the year is the same";
        Missing = "missing", "missing";
        Different = "different", "different";
    }
}

levels! {
    /// Whether the sexes agree.
    Sexes {
        Same = "same", "the same";
        Missing = "missing", "missing";
        Different = "different", "different";
    }
}

levels! {
    /// How far second given names agree.
    Middle {
        Exact = "exact", "the same";
        Initial = "initial", "one is the other's initial";
        Close = "close", "nearly the same";
        IsFirst = "is_first", "first and middle name are swapped";
        OneMissing = "one_missing", "missing on one side";
        Missing = "missing", "missing on both sides";
        Different = "different", "different";
    }
}

levels! {
    /// Whether generational suffixes agree.
    Suffixes {
        Same = "same", "the same";
        OneMissing = "one_missing", "missing on one side";
        Missing = "missing", "missing";
        Different = "different", "different";
    }
}

levels! {
    /// How far telephone, address and e-mail agree.
    Household {
        Both = "both", "telephone and address agree";
        Phone = "phone", "telephone or e-mail agrees, address does not";
        PhoneOnly = "phone_only", "telephone or e-mail agrees, address is missing";
        Address = "address", "address agrees, telephone does not";
        AddressOnly = "address_only", "address agrees, telephone is missing";
        Zip = "zip", "only the ZIP code agrees";
        Nothing = "nothing", "nothing agrees";
        Missing = "missing", "missing";
    }
}

levels! {
    /// How far mother's names agree: first name, then family name.
    Mother {
        SameSame = "same_same", "first name and family name the same";
        SameMissing = "same_missing", "first name the same, family name missing";
        SameDifferent = "same_different", "first name the same, family name different";
        MissingSame = "missing_same", "first name missing, family name the same";
        MissingMissing = "missing", "missing";
        MissingDifferent = "missing_different", "first name missing, family name different";
        DifferentSame = "different_same", "first name different, family name the same";
        DifferentMissing = "different_missing", "first name different, family name missing";
        DifferentDifferent = "different_different", "both different";
        Guardian = "guardian", "the same guardian";
    }
}

levels! {
    /// How far numbers of a person agree.
    Number {
        Same = "same", "the same";
        Edit = "edit", "one digit differs";
        OneMissing = "one_missing", "missing on one side";
        Missing = "missing", "missing";
        Different = "different", "different";
    }
}

levels! {
    /// Whether record numbers agree.
    Mrn {
        Same = "same", "the same at one facility";
        Different = "different", "two numbers at one facility";
        Other = "other", "of different facilities";
    }
}

levels! {
    /// What both say about multiple birth.
    Multiple {
        SameOrder = "same_order", "both of a multiple birth, the same place";
        DifferentOrder = "different_order", "of different places in a multiple birth";
        Both = "both", "both of a multiple birth";
        One = "one", "one of a multiple birth, the other silent";
        Contradicting = "contradicting", "one of a multiple birth, the other not";
        Neither = "neither", "no multiple birth";
    }
}

/// A weighed field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Key in the file of weights.
    pub key: &'static str,
    /// What people call it.
    pub words: &'static str,
    /// Its levels.
    pub levels: &'static [Level],
}

impl Field {
    /// All weighed fields.
    #[rustfmt::skip]
    pub const ALL: [Self; 12] = [
        Self { key: "first",     words: "First name",             levels: First::LEVELS },
        Self { key: "last",      words: "Last name",              levels: Last::LEVELS },
        Self { key: "birth",     words: "Date of birth",          levels: Birth::LEVELS },
        Self { key: "sex",       words: "Sex",                    levels: Sexes::LEVELS },
        Self { key: "middle",    words: "Middle name",            levels: Middle::LEVELS },
        Self { key: "suffix",    words: "Suffix",                 levels: Suffixes::LEVELS },
        Self { key: "household", words: "Household",              levels: Household::LEVELS },
        Self { key: "mother",    words: "Mother",                 levels: Mother::LEVELS },
        Self { key: "ssn",       words: "Social security number", levels: Number::LEVELS },
        Self { key: "medicaid",  words: "Medicaid number",        levels: Number::LEVELS },
        Self { key: "mrn",       words: "Medical record number",  levels: Mrn::LEVELS },
        Self { key: "multiple",  words: "Multiple birth",         levels: Multiple::LEVELS },
    ];
}
