//! A form that was sent, known to come from one of our pages.
//!
//! Three checks that do not depend on one another (the cookie's `SameSite=Lax` is the third): what the browser says
//! of the request's origin, and the token that only our pages know. A handler cannot get at a form without them.

use super::drafts;
use super::errors::NoPage;
use super::visitor::{Stop, Visitor};
use crate::app::App;
use axum::body::{Body, Bytes};
use axum::extract::{Form, FromRequest, FromRequestParts, Multipart, Request};
use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use subtle::ConstantTimeEq;

/// A form sent by somebody signed in.
pub(crate) struct Filled<T> {
    pub(crate) visitor: Visitor,
    pub(crate) form: T,
}

/// A form sent by whoever: sign-in and set-up.
pub(crate) struct PublicForm<T> {
    pub(crate) visitor: Visitor,
    pub(crate) form: T,
}

/// A file that came with a form.
pub(crate) struct SentFile {
    /// What the sender calls it.
    pub(crate) called: String,
    /// Its content.
    pub(crate) content: Box<[u8]>,
}

/// A form with a file, sent by whoever.
pub(crate) struct PublicUpload {
    pub(crate) visitor: Visitor,
    /// The fields but the file.
    pub(crate) form: BTreeMap<String, String>,
    /// What the sender calls the file.
    pub(crate) called: String,
    /// The content of the file.
    pub(crate) content: Box<[u8]>,
}

/// A form that may come with a file, sent by somebody signed in.
pub(crate) struct FilledWithFile {
    pub(crate) visitor: Visitor,
    /// The fields but the file.
    pub(crate) form: BTreeMap<String, String>,
    pub(crate) file: Option<SentFile>,
}

impl FromRequest<App> for PublicUpload {
    type Rejection = Stop;

    async fn from_request(request: Request, app: &App) -> Result<Self, Stop> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, app).await?;
        if !is_from_our_pages(&parts.headers) {
            return Err(visitor.no_page(NoPage::ForeignForm));
        }
        visitor.one_more_form()?; // before a file of a stranger is read
        let sent = fields_and_file(Request::from_parts(parts, body), app).await;
        let (fields, file) = sent.map_err(|page| visitor.no_page(page))?;
        let tokens = [visitor.csrf(), visitor.form_token.clone()];
        let form = Sent::of(fields).checked(&visitor, &tokens)?;
        let (called, content) = file.map(|file| (file.called, file.content)).unwrap_or_default();
        Ok(Self { visitor, form, called, content })
    }
}

impl FromRequest<App> for FilledWithFile {
    type Rejection = Stop;

    async fn from_request(request: Request, app: &App) -> Result<Self, Stop> {
        let path = drafts::address_of(request.uri());
        let (mut visitor, request) = sender(request, app).await?;
        let sent = fields_and_file(request, app).await;
        let (fields, file) = sent.map_err(|page| visitor.no_page(page))?;
        visitor.sent_sha256 = digest(&fields, file.as_ref());
        visitor.any_session()?;
        let form = Sent::of(fields).checked(&visitor, &[visitor.csrf()])?;
        drafts::forget(&visitor, &path).await;
        Ok(Self { visitor, form, file })
    }
}

/// The fields of a form, sent in parts (`multipart/form-data`) or as any other, and the file in its field `file`. A file that
/// was not chosen has neither name nor content.
pub(super) async fn fields_and_file(
    request: Request,
    app: &App,
) -> Result<(BTreeMap<String, String>, Option<SentFile>), NoPage> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("multipart/form-data") {
        let form = Form::<BTreeMap<String, String>>::from_request(request, app).await;
        return form.map(|Form(fields)| (fields, None)).map_err(|rejection| unreadable(rejection.status()));
    }
    let sent = Multipart::from_request(request, app).await;
    let mut sent = sent.map_err(|_| NoPage::ForeignForm)?;
    let (mut fields, mut file) = (BTreeMap::new(), None);
    while let Some(field) = sent.next_field().await.map_err(|_| NoPage::TooLarge)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            let called = field.file_name().unwrap_or_default().to_owned();
            let content = field.bytes().await.map_err(|_| NoPage::TooLarge)?.to_vec().into_boxed_slice();
            file = (!called.is_empty() || !content.is_empty()).then_some(SentFile { called, content });
        } else {
            fields.insert(name, field.text().await.map_err(|_| NoPage::TooLarge)?);
        }
    }
    Ok((fields, file))
}

/// What was sent, without what a browser draws anew each time: the edge between the parts.
fn digest(fields: &BTreeMap<String, String>, file: Option<&SentFile>) -> [u8; 32] {
    let mut digest = Sha256::new();
    let texts = fields.iter().flat_map(|(name, text)| [name.as_bytes(), text.as_bytes()]);
    for text in texts.chain(file.map(|file| &*file.content)) {
        digest.update(Sha256::digest(text));
    }
    digest.finalize().into()
}

#[derive(Deserialize)]
struct Sent<T> {
    #[serde(default)]
    csrf: String,
    #[serde(flatten)]
    form: T,
}

impl<T: DeserializeOwned + Send> FromRequest<App> for Filled<T> {
    type Rejection = Stop;

    async fn from_request(request: Request, app: &App) -> Result<Self, Stop> {
        let path = drafts::address_of(request.uri());
        let (visitor, form) = read::<T>(request, app).await?;
        visitor.any_session()?;
        let tokens = [visitor.csrf()];
        let form = form.checked(&visitor, &tokens)?;
        drafts::forget(&visitor, &path).await;
        Ok(Self { visitor, form })
    }
}

impl<T: DeserializeOwned> FromRequest<App> for PublicForm<T> {
    type Rejection = Stop;

    async fn from_request(request: Request, app: &App) -> Result<Self, Stop> {
        let (visitor, form) = read::<T>(request, app).await?;
        // a form loaded before another window signed in carries the earlier token
        let tokens = [visitor.csrf(), visitor.form_token.clone()];
        let form = form.checked(&visitor, &tokens)?;
        Ok(Self { visitor, form })
    }
}

/// Who sends a form from one of our pages. One whose session has ended is kept for whoever it was.
async fn sender(request: Request, app: &App) -> Result<(Visitor, Request), Stop> {
    let (mut parts, body) = request.into_parts();
    let visitor = match Visitor::from_request_parts(&mut parts, app).await {
        Ok(visitor) => visitor,
        Err(stop) => {
            let is_unproved = stop.asks_who();
            return Err(drafts::keep(parts, body, app, is_unproved).await.unwrap_or(stop));
        }
    };
    if is_from_our_pages(&parts.headers) {
        Ok((visitor, Request::from_parts(parts, body)))
    } else {
        Err(visitor.no_page(NoPage::ForeignForm))
    }
}

async fn read<T: DeserializeOwned>(request: Request, app: &App) -> Result<(Visitor, Sent<T>), Stop> {
    let (mut visitor, request) = sender(request, app).await?;
    let (parts, body) = request.into_parts();
    let sent = Bytes::from_request(Request::from_parts(parts.clone(), body), app).await;
    let sent = sent.map_err(|rejection| visitor.no_page(unreadable(rejection.status())))?;
    visitor.sent_sha256 = Sha256::digest(&sent).into();
    match Form::<Sent<T>>::from_request(Request::from_parts(parts, Body::from(sent)), app).await {
        Ok(Form(sent)) => Ok((visitor, sent)),
        Err(rejection) => Err(visitor.no_page(unreadable(rejection.status()))),
    }
}

fn unreadable(status: StatusCode) -> NoPage {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => NoPage::TooLarge,
        _ => NoPage::ForeignForm,
    }
}

impl Sent<BTreeMap<String, String>> {
    fn of(mut fields: BTreeMap<String, String>) -> Self {
        Self { csrf: fields.remove("csrf").unwrap_or_default(), form: fields }
    }
}

impl<T> Sent<T> {
    /// The form, if it carries one of the tokens.
    fn checked(self, visitor: &Visitor, tokens: &[String]) -> Result<T, Stop> {
        let same =
            |token: &String| !token.is_empty() && bool::from(token.as_bytes().ct_eq(self.csrf.as_bytes()));
        if tokens.iter().any(same) { Ok(self.form) } else { Err(visitor.no_page(NoPage::ForeignForm)) }
    }
}

/// What the browser says of where a request comes from. Programs that say nothing are held by the token alone.
pub(super) fn is_from_our_pages(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if text("sec-fetch-site").is_some_and(|site| site != "same-origin") {
        return false;
    }
    match (text(ORIGIN.as_str()), text(HOST.as_str())) {
        (None, _) => true,
        (Some(origin), Some(host)) => {
            origin.split_once("://").is_some_and(|(_, of)| of.eq_ignore_ascii_case(host))
        }
        (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_from_our_pages;
    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    #[test]
    fn only_our_own_pages_and_programs_may_send_forms() {
        #[rustfmt::skip]
        let table: [(&[(&str, &str)], bool); 8] = [
            // headers                                                                      ours
            (&[("host", "iis.example"), ("sec-fetch-site", "same-origin")],                  true),
            (&[("host", "iis.example"), ("sec-fetch-site", "cross-site")],                   false),
            (&[("host", "iis.example"), ("sec-fetch-site", "same-site")],                    false),
            (&[("host", "iis.example"), ("origin", "https://iis.example")],                  true),
            (&[("host", "iis.example"), ("origin", "https://evil.example")],                 false),
            (&[("host", "iis.example"), ("origin", "null")],                                 false),
            (&[("host", "iis.example:8080"), ("origin", "http://iis.example")],              false),
            (&[("host", "iis.example")],                                                     true),   // curl
        ];
        for (headers, ours) in table {
            let pairs = headers
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
            assert_eq!(is_from_our_pages(&pairs.collect::<HeaderMap>()), ours, "{headers:?}");
        }
    }
}
