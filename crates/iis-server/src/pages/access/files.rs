//! Files of cases, coming in and going out: looked at by the operator's scanner, and handed out to be saved, never to be
//! shown or run in a page of ours.

use super::sheet::{Block, Field, FieldKind, FormView};
use crate::pages::visitor::Visitor;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use iis_registry::cases::Upload;

/// A file that came, with what the scanner says of it.
pub(in crate::pages) async fn received(visitor: &Visitor, content: Box<[u8]>) -> Upload {
    let scan = visitor.app.scanner.scan(&content).await;
    Upload { content, scan }
}

/// A file to be saved. The name was cleaned when it came; letters beyond ASCII stand as `_`.
pub(in crate::pages) fn saved(media_type: &str, name: &str, content: Box<[u8]>) -> Response {
    let is_plain = |letter: &char| letter.is_ascii_alphanumeric() || ".-_ ".contains(*letter);
    let name: String = name.chars().map(|letter| if is_plain(&letter) { letter } else { '_' }).collect();
    let headers = [
        (CONTENT_TYPE, media_type.to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'; frame-ancestors 'none'".to_owned()),
    ];
    (headers, content.into_vec()).into_response()
}

/// The form that sends a file.
pub(super) fn sending(action: String) -> Block {
    Block::Form(FormView {
        id: "",
        heading: "Send a file".to_owned(),
        lead: "No patient’s name or record: give a registry ID in your words.".to_owned(),
        action,
        fields: vec![Field::new("file", "File: PDF, PNG or JPEG, at most 10 MB", FieldKind::File)],
        button: "Send the file",
        is_quiet: true,
        is_upload: true,
    })
}
