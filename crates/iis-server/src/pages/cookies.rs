//! The cookies: the session, the token of forms before sign-in, how pages are displayed, which lot is carried to the next
//! patient, a sign-in under way elsewhere.
//!
//! Over HTTPS the names carry `__Host-`, which browsers only take from us, for the whole site and secure. On plain
//! loopback (the demo) browsers refuse that prefix, so the names go without.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};

/// A cookie of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// The token of the session.
    Session,
    /// The token that forms carry while nobody is signed in.
    Form,
    /// Density and shortcuts.
    Display,
    /// Lot, route and body site of the last dose, for the next patient in the same session; nothing of a person.
    Carry,
    /// A sign-in that is under way at the state's own.
    Flight,
}

impl Cookie {
    fn name(self, https: bool) -> &'static str {
        match (self, https) {
            (Self::Session, true) => "__Host-openiis-session",
            (Self::Session, false) => "openiis-session",
            (Self::Form, true) => "__Host-openiis-form",
            (Self::Form, false) => "openiis-form",
            (Self::Display, true) => "__Host-openiis-display",
            (Self::Display, false) => "openiis-display",
            (Self::Carry, true) => "__Host-openiis-carry",
            (Self::Carry, false) => "openiis-carry",
            (Self::Flight, true) => "__Host-openiis-flight",
            (Self::Flight, false) => "openiis-flight",
        }
    }

    /// Its value in a request.
    pub(crate) fn read(self, headers: &HeaderMap, https: bool) -> Option<&str> {
        let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == self.name(https)).map(|(_, value)| value)
    }

    /// The header that sets it. `value` is one of ours: letters, digits, dots, dashes.
    pub(crate) fn set(self, value: &str, https: bool) -> HeaderValue {
        let secure = if https { "; Secure" } else { "" };
        let kept = match self {
            Self::Display => "; Max-Age=31536000",
            Self::Flight => "; Max-Age=600",
            Self::Session | Self::Form | Self::Carry => "",
        };
        self.header(value, &format!("{kept}{secure}"), https)
    }

    /// The header that removes it.
    pub(crate) fn remove(self, https: bool) -> HeaderValue {
        let secure = if https { "; Secure" } else { "" };
        self.header("", &format!("; Max-Age=0{secure}"), https)
    }

    fn header(self, value: &str, more: &str, https: bool) -> HeaderValue {
        let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{more}", self.name(https));
        HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

#[cfg(test)]
mod tests {
    use super::Cookie;
    use axum::http::{HeaderMap, HeaderValue, header};

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("xopeniis-session=bad; openiis-session=good; a=b"),
        );
        headers.append(header::COOKIE, HeaderValue::from_static("openiis-display=compact"));
        assert_eq!(Cookie::Session.read(&headers, false), Some("good"));
        assert_eq!(Cookie::Display.read(&headers, false), Some("compact"));
        assert_eq!(Cookie::Session.read(&headers, true), None);
    }

    #[test]
    fn over_https_the_session_can_neither_be_set_nor_read_by_others() {
        let text = Cookie::Session.set("abc", true);
        let text = text.to_str().expect("text");
        assert_eq!(text, "__Host-openiis-session=abc; Path=/; HttpOnly; SameSite=Lax; Secure");
        assert!(!Cookie::Session.set("abc", false).to_str().expect("text").contains("Secure"));
    }
}
