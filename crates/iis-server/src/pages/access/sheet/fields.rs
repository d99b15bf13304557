//! Forms of a sheet, and their fields.

use super::{Block, Typed};
use crate::pages::choice::Choice;
use std::borrow::Cow;

/// A form.
#[derive(Debug, Clone, Default)]
pub(crate) struct FormView {
    /// Its id, where boxes elsewhere on the page belong to it.
    pub(crate) id: &'static str,
    pub(crate) heading: String,
    pub(crate) lead: String,
    pub(crate) action: String,
    pub(crate) fields: Vec<Field>,
    pub(crate) button: &'static str,
    /// Not what is usually done here.
    pub(crate) is_quiet: bool,
    pub(crate) is_upload: bool,
}

impl FormView {
    /// Whether these fields can have been sent by it: of several to one address each is of another kind.
    pub(crate) fn is_of(&self, typed: &Typed) -> bool {
        let mut hidden =
            self.fields.iter().filter(|field| field.name == "kind" && field.kind == FieldKind::Hidden);
        hidden.all(|field| typed.get("kind") == Some(&field.value))
    }

    /// Puts what was typed into its fields.
    pub(crate) fn fill(&mut self, typed: &Typed) {
        for field in &mut self.fields {
            let Some(value) = typed.get(&*field.name) else { continue };
            if field.kind.is_written_in() {
                field.value.clone_from(value);
            }
            for choice in &mut field.choices {
                choice.is_chosen = choice.value == *value;
            }
        }
    }
}

/// What a list below it is looked through by: its address can be kept.
#[derive(Debug, Clone)]
pub(crate) struct FilterView {
    pub(crate) action: &'static str,
    pub(crate) fields: Vec<Field>,
    pub(crate) button: &'static str,
}

/// What a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldKind {
    Text,
    Email,
    Area,
    Select,
    Radio,
    Password,
    File,
    Hidden,
}

impl FieldKind {
    /// Whether what it takes is text that can be shown again.
    pub(super) fn is_written_in(self) -> bool {
        matches!(self, Self::Text | Self::Email | Self::Area)
    }

    pub(crate) fn input_type(self) -> &'static str {
        match self {
            Self::Email => "email",
            _ => "text",
        }
    }
}

/// A field of a form.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    /// Its id: the name, or another one where a page has several of the name.
    pub(crate) id: String,
    pub(crate) name: Cow<'static, str>,
    pub(crate) label: String,
    pub(crate) hint: String,
    pub(crate) kind: FieldKind,
    pub(crate) value: String,
    pub(crate) choices: Vec<Choice>,
    pub(crate) autocomplete: &'static str,
    pub(crate) is_optional: bool,
}

impl Field {
    pub(crate) fn new(name: impl Into<Cow<'static, str>>, label: &str, kind: FieldKind) -> Self {
        let name = name.into();
        Self {
            id: name.to_string(),
            name,
            label: label.to_owned(),
            hint: String::new(),
            kind,
            value: String::new(),
            choices: Vec::new(),
            autocomplete: "",
            is_optional: false,
        }
    }

    pub(crate) fn text(name: &'static str, label: &str) -> Self {
        Self::new(name, label, FieldKind::Text)
    }

    pub(crate) fn hidden(name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..Self::new(name, "", FieldKind::Hidden) }
    }

    pub(crate) fn with(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }

    pub(crate) fn hint(self, hint: &str) -> Self {
        Self { hint: hint.to_owned(), ..self }
    }

    pub(crate) fn optional(self) -> Self {
        Self { is_optional: true, ..self }
    }

    pub(crate) fn filled_by(self, autocomplete: &'static str) -> Self {
        Self { autocomplete, ..self }
    }

    /// The same field under another id, where a page has several of the name.
    pub(crate) fn called(self, id: &str) -> Self {
        Self { id: id.to_owned(), ..self }
    }

    /// A field with choices: value and label.
    pub(crate) fn choice(
        name: impl Into<Cow<'static, str>>,
        label: &str,
        kind: FieldKind,
        choices: impl IntoIterator<Item = (String, String)>,
        chosen: &str,
    ) -> Self {
        let choices =
            choices.into_iter().map(|(value, label)| Choice { is_chosen: value == chosen, value, label });
        Self { choices: choices.collect(), ..Self::new(name, label, kind) }
    }
}

/// A form with one button and nothing to fill in.
pub(crate) fn button(action: String, button: &'static str, lead: &str) -> Block {
    Block::Form(FormView { lead: lead.to_owned(), action, button, ..FormView::default() })
}

/// The same for what ends something: not the button that stands out.
pub(crate) fn quiet_button(action: String, button: &'static str, lead: &str) -> Block {
    Block::Form(FormView { lead: lead.to_owned(), action, button, is_quiet: true, ..FormView::default() })
}

/// A form with one text to write.
pub(crate) fn say(action: String, heading: &str, label: &str, id: &str, word: &'static str) -> Block {
    Block::Form(FormView {
        heading: heading.to_owned(),
        action,
        fields: vec![Field::new("text", label, FieldKind::Area).called(id)],
        button: word,
        is_quiet: true,
        ..FormView::default()
    })
}
