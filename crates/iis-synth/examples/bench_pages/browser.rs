//! What a browser does for the bench: it keeps cookies, follows nothing by itself, and never runs a script.

use crate::form;
use anyhow::Result;
use flate2::read::GzDecoder;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Read;

/// An answer, with its body read.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) location: String,
    pub(crate) kind: String,
    pub(crate) body: Vec<u8>,
    /// Bytes of the body as they came: pages come compressed.
    pub(crate) weight: usize,
}

impl Page {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A browser with its own cookies.
#[derive(Debug)]
pub(crate) struct Browser {
    agent: ureq::Agent,
    url: String,
    cookies: RefCell<BTreeMap<String, String>>,
    csrf: RefCell<String>,
}

impl Browser {
    /// A new one for the registry at `url`.
    pub(crate) fn new(url: &str) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build();
        Self {
            agent: config.into(),
            url: url.to_owned(),
            cookies: RefCell::default(),
            csrf: RefCell::default(),
        }
    }

    pub(crate) fn get(&self, path: &str) -> Result<Page> {
        let request = self.agent.get(format!("{}{path}", self.url)).header("cookie", self.cookie());
        let request = request.header("sec-fetch-site", "same-origin").header("accept-encoding", "gzip");
        self.read(request.call()?)
    }

    pub(crate) fn post(&self, path: &str, fields: &[(&str, &str)]) -> Result<Page> {
        let csrf = self.csrf.borrow().clone();
        let body = form::encoded([("csrf", &*csrf)].iter().chain(fields).copied());
        let request = self.agent.post(format!("{}{path}", self.url)).header("cookie", self.cookie());
        let request = request
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", &self.url)
            .header("sec-fetch-site", "same-origin")
            .header("accept-encoding", "gzip");
        self.read(request.send(body)?)
    }

    fn cookie(&self) -> String {
        let cookies = self.cookies.borrow();
        let pairs: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    fn read(&self, mut answer: ureq::http::Response<ureq::Body>) -> Result<Page> {
        let headers = answer.headers().clone();
        let header = |name: &str| {
            let value = headers.get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        let (location, kind) = (header("location"), header("content-type"));
        for cookie in answer.headers().get_all("set-cookie") {
            let pair = cookie.to_str()?.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
            }
        }
        let status = answer.status().as_u16();
        let is_packed = header("content-encoding") == "gzip";
        let came = answer.body_mut().read_to_vec()?;
        let weight = came.len();
        let body = if is_packed { unpacked(&came)? } else { came };
        let page = Page { status, location, kind, body, weight };
        if let Some(token) = form::token(&page.text()) {
            *self.csrf.borrow_mut() = token;
        }
        Ok(page)
    }
}

fn unpacked(came: &[u8]) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    GzDecoder::new(came).read_to_end(&mut body)?;
    Ok(body)
}
