//! The templates: those that ship, and those that a state puts in their place.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// The templates that ship, by file name.
pub const SHIPPED: [(&str, &str); 7] = [
    ("administration.typ", include_str!("../../../policy/print/administration.typ")),
    ("common.typ", include_str!("../../../policy/print/common.typ")),
    ("opting.typ", include_str!("../../../policy/print/opting.typ")),
    ("record.typ", include_str!("../../../policy/print/record.typ")),
    ("school.typ", include_str!("../../../policy/print/school.typ")),
    ("signed.typ", include_str!("../../../policy/print/signed.typ")),
    ("words.typ", include_str!("../../../policy/print/words.typ")),
];

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateFault {
    /// A file that no document uses.
    #[error(
        "{0} is no template: they are administration.typ, common.typ, opting.typ, record.typ, school.typ, signed.typ, words.typ"
    )]
    Unknown(String),
    /// A document cannot be made with it.
    #[error("{file}:{line}: {text} (printing {form} in {language})")]
    Broken {
        /// The file.
        file: String,
        /// The line, from 1; 0: the document as a whole.
        line: usize,
        /// What typst says.
        text: String,
        /// The form that was tried.
        form: &'static str,
        /// The language that was tried.
        language: &'static str,
    },
}

impl TemplateFault {
    /// Where it is, without what typst says of it, which may hold values of the document.
    pub fn place(&self) -> String {
        match self {
            Self::Unknown(name) => name.clone(),
            Self::Broken { file, line, form, language, .. } => {
                format!("{file}:{line} (printing {form} in {language})")
            }
        }
    }
}

/// A whole set of templates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Templates(BTreeMap<&'static str, Cow<'static, str>>);

impl Default for Templates {
    fn default() -> Self {
        Self(SHIPPED.into_iter().map(|(name, text)| (name, text.into())).collect())
    }
}

impl Templates {
    /// The set that ships with some of its files replaced, each by its name.
    pub fn replacing(files: impl IntoIterator<Item = (String, String)>) -> Result<Self, TemplateFault> {
        let mut set = Self::default();
        for (name, text) in files {
            match set.0.iter_mut().find(|(own, _)| **own == name) {
                Some((_, own)) => *own = text.into(),
                None => return Err(TemplateFault::Unknown(name)),
            }
        }
        Ok(set)
    }

    /// Name and text of each.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, text)| (*name, &**text))
    }
}

#[cfg(test)]
mod tests {
    use super::{TemplateFault, Templates};

    #[test]
    fn only_files_that_there_are_can_be_replaced() {
        let set =
            Templates::replacing([("words.typ".to_owned(), "#let a = 1".to_owned())]).expect("a template");
        assert_eq!(set.files().find(|(name, _)| *name == "words.typ"), Some(("words.typ", "#let a = 1")));
        let unknown = Templates::replacing([("letter.typ".to_owned(), String::new())]);
        assert_eq!(unknown, Err(TemplateFault::Unknown("letter.typ".to_owned())));
    }
}
