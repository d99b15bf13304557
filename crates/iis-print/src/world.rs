//! The world of a template: the other templates, one document's data and its QR code, our faces. Nothing else can be reached.

use crate::fonts::Fonts;
use crate::templates::Templates;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World};

/// The file with the document's data.
pub(crate) const DATA: &str = "document.json";
/// The file with the QR code; not there for documents without one.
pub(crate) const QR: &str = "qr.svg";

/// What is the same for all documents: made when the first is printed.
pub(crate) struct Shop {
    library: LazyHash<Library>,
    pub(crate) fonts: Fonts,
    sources: Vec<Source>,
}

impl Shop {
    /// Reads faces and templates.
    pub(crate) fn open(templates: &Templates) -> Self {
        // the scope of a table's heads is needed for PDF/UA and has its switch there for now
        let library = Library::builder().with_features([Feature::A11yExtras].into_iter().collect()).build();
        let sources =
            templates.files().filter_map(|(name, text)| Some(Source::new(id(name)?, text.to_owned())));
        Self { library: LazyHash::new(library), fonts: Fonts::read(), sources: sources.collect() }
    }

    /// The source of a template by its name.
    pub(crate) fn source(&self, name: &str) -> Option<&Source> {
        let id = id(name)?;
        self.sources.iter().find(|source| source.id() == id)
    }
}

/// The id of a file in the one folder there is.
pub(crate) fn id(name: &str) -> Option<FileId> {
    Some(FileId::new(RootedPath::new(VirtualRoot::Project, VirtualPath::new(name).ok()?)))
}

/// One document in the making.
pub(crate) struct Desk<'a> {
    pub(crate) shop: &'a Shop,
    pub(crate) main: FileId,
    pub(crate) files: Vec<(FileId, Bytes)>,
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.shop.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.shop.fonts.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.shop.sources.iter().find(|source| source.id() == id).cloned().ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let own = self.files.iter().find(|(own, _)| *own == id);
        own.map(|(_, bytes)| bytes.clone()).ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.shop.fonts.face(index)
    }

    /// No clock: the date is part of the document.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
