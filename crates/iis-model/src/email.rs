//! Addresses for mail: nothing in one can become a second header, a second recipient or a command of SMTP.

use std::str::FromStr;

/// An address for mail, as a person types it. Two addresses are the same when they differ in case only.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EmailAddress(Box<str>);

/// The text is no address for mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an address for mail")]
pub struct NotAnAddress;

/// The longest address (RFC 5321, section 4.5.3.1.3: a path of 256 octets with its brackets).
const LONGEST: usize = 254;

impl EmailAddress {
    /// The address, in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands after the `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

/// Reads `name@host.example`: letters, digits and the signs of RFC 5322's atoms before the `@`, a host name with a dot
/// behind it. Quoted names, comments and address literals are not taken.
impl FromStr for EmailAddress {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(NotAnAddress)?;
        let is_atom = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
        let dotted = |text: &str, is_part: &dyn Fn(&str) -> bool| text.split('.').all(is_part);
        let is_local =
            local.len() <= 64 && dotted(local, &|part: &str| !part.is_empty() && part.bytes().all(is_atom));
        let is_label = |label: &str| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        let is_domain = domain.contains('.') && dotted(domain, &is_label);
        if text.len() <= LONGEST && is_local && is_domain {
            Ok(Self(text.to_ascii_lowercase().into()))
        } else {
            Err(NotAnAddress)
        }
    }
}

impl std::fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::EmailAddress;

    #[test]
    fn an_address_is_one_address_and_nothing_else() {
        for good in ["a@b.example", "A.Reyes+iis@alder-pediatrics.example", " o'hara@x.example "] {
            assert!(good.parse::<EmailAddress>().is_ok(), "{good}");
        }
        let long = format!("{}@{}.example", "a".repeat(64), "b.".repeat(100));
        for bad in [
            "",
            "a",
            "@b.example",
            "a@",
            "a@localhost",
            "a b@c.example",
            "a@b.example,c@d.example",
            "a@b.example>\r\nRCPT TO:<c@d.example",
            "a@b.example\r\nBcc: c@d.example",
            "\"a\"@b.example",
            "<a@b.example>",
            "a@[192.0.2.1]",
            "a@b..example",
            "a..b@c.example",
            "a@-b.example",
            "zoë@b.example",
            &long,
        ] {
            assert!(bad.parse::<EmailAddress>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn case_makes_no_second_address() {
        let parse = |text: &str| text.parse::<EmailAddress>().expect("an address");
        assert_eq!(parse("A.Reyes@Alder.Example"), parse("a.reyes@alder.example"));
        assert_eq!(parse("a@Alder.Example").domain(), "alder.example");
    }
}
