//! Every crate's license is one that `deny.toml` allows.
//!
//! The same list is read by `cargo deny check licenses`, which also looks at the crates' own files.

use super::Remark;
use crate::tree::Tree;
use serde_json::Value;

const LIST: &str = "deny.toml";

pub(super) fn look(tree: &Tree, metadata: &Value) -> Vec<Remark> {
    let Some(list) = tree.with_ending(LIST).find_map(|(file, text)| (file.path == LIST).then_some(text))
    else {
        return vec![Remark::failure(LIST, "is missing")];
    };
    let list: toml::Table = match list.parse() {
        Ok(list) => list,
        Err(failure) => return vec![Remark::failure(LIST, failure.to_string())],
    };
    let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
    packages
        .iter()
        .filter_map(|package| {
            let name = package["name"].as_str().unwrap_or_default();
            let allowed = allowed(&list, name);
            let license = package["license"].as_str().unwrap_or_default();
            let place = format!("{name} {}", package["version"].as_str().unwrap_or_default());
            match is_allowed(license, &allowed) {
                Some(true) => None,
                Some(false) => {
                    Some(Remark::failure(place, format!("its license, {license}, is not in {LIST}")))
                }
                None => {
                    Some(Remark::failure(place, format!("its license, \"{license}\", cannot be understood")))
                }
            }
        })
        .collect()
}

/// The licenses allowed for all, and those of this crate's exception.
fn allowed<'a>(list: &'a toml::Table, name: &str) -> Vec<&'a str> {
    let texts = |value: Option<&'a toml::Value>| {
        let items = value.and_then(toml::Value::as_array).map(Vec::as_slice).unwrap_or_default();
        items.iter().filter_map(toml::Value::as_str)
    };
    let licenses = list.get("licenses");
    let exceptions = licenses.and_then(|licenses| licenses.get("exceptions")).and_then(toml::Value::as_array);
    let own = exceptions
        .into_iter()
        .flatten()
        .filter(|one| one.get("crate").and_then(toml::Value::as_str) == Some(name));
    texts(licenses.and_then(|licenses| licenses.get("allow")))
        .chain(own.flat_map(|one| texts(one.get("allow"))))
        .collect()
}

/// Whether an SPDX expression can be met with the allowed licenses; nothing when it is not one.
fn is_allowed(expression: &str, allowed: &[&str]) -> Option<bool> {
    // Old manifests write "MIT/Apache-2.0" for a choice.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    let met = any_of(&mut words, allowed)?;
    words.next().is_none().then_some(met)
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any_of(words: &mut Words, allowed: &[&str]) -> Option<bool> {
    let mut met = all_of(words, allowed)?;
    while words.next_if_eq(&"OR").is_some() {
        met |= all_of(words, allowed)?;
    }
    Some(met)
}

fn all_of(words: &mut Words, allowed: &[&str]) -> Option<bool> {
    let mut met = one(words, allowed)?;
    while words.next_if_eq(&"AND").is_some() {
        met &= one(words, allowed)?;
    }
    Some(met)
}

fn one(words: &mut Words, allowed: &[&str]) -> Option<bool> {
    let name = words.next()?;
    if name == "(" {
        let met = any_of(words, allowed)?;
        return (words.next()? == ")").then_some(met);
    }
    if matches!(name, ")" | "AND" | "OR" | "WITH") {
        return None;
    }
    // An exception grants more than its license does, so the license itself is enough.
    if words.next_if_eq(&"WITH").is_some() {
        let exception = words.next()?;
        return Some(
            allowed.contains(&name) || allowed.contains(&format!("{name} WITH {exception}").as_str()),
        );
    }
    Some(allowed.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::{is_allowed, look};
    use crate::tree::tree;
    use serde_json::json;

    #[test]
    fn an_expression_is_met_when_some_choice_is_allowed() {
        #[rustfmt::skip]
        let table = [
            ("MIT",                                   Some(true)),
            ("GPL-3.0",                               Some(false)),
            ("MIT OR GPL-3.0",                        Some(true)),
            ("MIT/Apache-2.0",                        Some(true)),
            ("MIT AND GPL-3.0",                       Some(false)),
            ("(GPL-3.0 OR MIT) AND Apache-2.0",       Some(true)),
            ("GPL-3.0 OR MIT AND BSD-3-Clause",       Some(false)),
            ("Apache-2.0 WITH LLVM-exception OR MIT", Some(true)),
            ("",                                      None),
            ("MIT OR",                                None),
            ("(MIT",                                  None),
            ("MIT Apache-2.0",                        None),
        ];
        for (expression, expected) in table {
            assert_eq!(is_allowed(expression, &["MIT", "Apache-2.0"]), expected, "{expression}");
        }
    }

    #[test]
    fn an_exception_is_for_its_crate_alone() {
        let list =
            "[licenses]\nallow = [\"MIT\"]\n[[licenses.exceptions]]\ncrate = \"odd\"\nallow = [\"Zlib\"]\n";
        let package = |name: &str| json!({"name": name, "version": "1.0.0", "license": "Zlib"});
        let metadata = json!({"packages": [package("odd"), package("other")]});
        let remarks = look(&tree(&[("deny.toml", list)]), &metadata);
        assert_eq!(remarks.iter().map(|remark| remark.place.as_str()).collect::<Vec<_>>(), ["other 1.0.0"]);
    }
}
