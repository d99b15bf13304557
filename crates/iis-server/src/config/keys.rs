//! One configuration section: a struct, its defaults and the list of its keys, written once.

/// A key of the configuration, for the generated page and for `config check`.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Section, empty for the keys at the top of the file.
    pub section: &'static str,
    /// Name inside the section.
    pub name: &'static str,
    /// Default, as Rust source that reads like TOML.
    pub default: &'static str,
    /// What it does, its unit, its edges.
    pub doc: &'static [&'static str],
}

impl Key {
    /// The name as written in a sentence: `limits.message_bytes`.
    pub fn dotted(&self) -> String {
        if self.section.is_empty() { self.name.to_owned() } else { format!("{}.{}", self.section, self.name) }
    }

    /// The environment variable that sets it.
    pub fn variable(&self) -> String {
        format!("OPENIIS_{}", self.dotted().replace('.', "_").to_uppercase())
    }

    /// The default as it would stand in the file.
    pub fn default_toml(&self) -> String {
        let number =
            self.default.trim_end_matches("_usize").trim_end_matches("_u64").trim_end_matches("_u32");
        number.replace(".to_owned()", "")
    }

    /// The documentation as one paragraph.
    pub fn text(&self) -> String {
        self.doc.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
    }
}

/// Declares a section: the struct, its `Default` and its `KEYS`.
macro_rules! section {
    (
        $(#[$outer:meta])*
        $name:ident in $section:literal {
            $( $(#[doc = $doc:literal])+ $field:ident: $kind:ty = $default:expr, )+
        }
        $( and { $( $(#[$inner_meta:meta])+ $inner:ident: $section_kind:ty, )+ } )?
    ) => {
        $(#[$outer])*
        #[derive(Debug, Clone, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $( $(#[doc = $doc])+ pub $field: $kind, )+
            $( $( $(#[$inner_meta])+ pub $inner: $section_kind, )+ )?
        }

        impl Default for $name {
            fn default() -> Self {
                Self {
                    $( $field: $default.into(), )+
                    $( $( $inner: <$section_kind>::default(), )+ )?
                }
            }
        }

        impl $name {
            /// Its keys in the order of the file.
            pub const KEYS: &'static [crate::config::Key] = &[
                $( crate::config::Key {
                    section: $section,
                    name: stringify!($field),
                    default: stringify!($default),
                    doc: &[$($doc),+],
                }, )+
            ];
        }
    };
}
pub(crate) use section;
