//! PDF: the official immunization record and its kin, and papers that somebody signed, laid out by typst.
//!
//! A [`Document`] says what is printed: plain data that whoever asks may see, already read and judged. Templates
//! (`policy/print/`, which a state may replace) say how it looks. The data reaches them as a file of values and is
//! never formatted into markup, so that a name is a name whatever it is made of. The world of a template is its own
//! folder: there are no packages, files, network or clock in it, and the same document prints to the same bytes.
//!
//! Every PDF is tagged (PDF/UA-1): one that could not be is refused.

mod document;
mod fonts;
mod letters;
mod printer;
mod qr;
mod sample;
mod templates;
mod world;

pub use document::{
    Age, Document, Form, Given, Group, GroupDose, Issuer, Language, Note, NoteKind, Person, Signed, Standing,
    Status, Verdict, Verification,
};
pub use printer::{PrintError, Printed, Printer};
pub use qr::{QrPath, qr_path};
pub use sample::sample;
pub use templates::{SHIPPED, TemplateFault, Templates};
