//! Just enough of HTML forms to send one back as it came.

use std::collections::BTreeMap;
use std::fmt::Write;

/// The token of the page's forms.
pub(crate) fn token(page: &str) -> Option<String> {
    let (_, rest) = page.split_once("name=\"csrf\" value=\"")?;
    Some(rest.split('"').next()?.to_owned())
}

/// The fields of the desk's form on the page, as a browser would send them, but the token.
pub(crate) fn fields(page: &str) -> BTreeMap<String, String> {
    let form = page.rsplit("<form class=\"usa-form desk").next().unwrap_or_default();
    let mut fields = BTreeMap::new();
    for input in form.split("<input ").skip(1) {
        let tag = input.split('>').next().unwrap_or_default();
        let is_choice = tag.contains("type=\"checkbox\"") || tag.contains("type=\"radio\"");
        if !is_choice || tag.contains(" checked") {
            fields.insert(attribute(tag, "name"), attribute(tag, "value"));
        }
    }
    for select in form.split("<select ").skip(1) {
        let (tag, rest) = select.split_once('>').unwrap_or_default();
        let options = rest.split("</select>").next().unwrap_or_default();
        let chosen = options.split("<option ").skip(1).find(|option| option.contains(" selected"));
        let chosen = chosen.map(|option| attribute(option, "value")).unwrap_or_default();
        fields.insert(attribute(tag, "name"), chosen);
    }
    fields.remove("csrf");
    fields.remove("");
    fields
}

fn attribute(tag: &str, name: &str) -> String {
    let text = tag.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
    let text = text.unwrap_or_default().replace("&#34;", "\"").replace("&#39;", "'");
    text.replace("&#38;", "&").replace("&amp;", "&")
}

/// Fields as the body of a form.
pub(crate) fn encoded<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let pairs: Vec<_> = fields.map(|(name, value)| format!("{}={}", percent(name), percent(value))).collect();
    pairs.join("&")
}

fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("a string takes text");
        }
    }
    out
}
