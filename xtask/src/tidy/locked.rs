//! The lock file: growth is a decision and not an accident, and nothing banned comes in.
//!
//! What is banned stands in `deny.toml`, which `cargo deny check bans` reads too.

use super::Remark;
use crate::tree::Tree;
use toml::{Table, Value};

const LOCK: &str = "Cargo.lock";
const LIST: &str = "deny.toml";

/// So many crates would be too many.
const TOO_MANY: usize = 800;

/// Where crates come from; those of the workspace name no source.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

pub(super) fn look(tree: &Tree) -> Vec<Remark> {
    let (Some(lock), Some(list)) = (table(tree, LOCK), table(tree, LIST)) else {
        return vec![Remark::failure(LOCK, format!("it and {LIST} must be there and be TOML"))];
    };
    let packages = entries(lock.get("package"));
    println!("  locked crates: {}", packages.len());
    let mut remarks = Vec::new();
    if packages.len() >= TOO_MANY {
        let text = format!("{} crates are locked; from {TOO_MANY} on, something must go", packages.len());
        remarks.push(Remark::failure(LOCK, text));
    }
    let banned = entries(list.get("bans").and_then(|bans| bans.get("deny")));
    for package in packages {
        let name = text(package, "name");
        if let Some(ban) = banned.iter().find(|ban| text(ban, "crate") == name) {
            remarks.push(Remark::failure(LOCK, format!("{name} is banned: {}", text(ban, "reason"))));
        }
        if !matches!(text(package, "source"), "" | REGISTRY) {
            remarks.push(Remark::failure(LOCK, format!("{name} comes from {}", text(package, "source"))));
        }
    }
    remarks
}

fn table(tree: &Tree, path: &str) -> Option<Table> {
    tree.with_ending(path).find(|(file, _)| file.path == path).and_then(|(_, text)| text.parse().ok())
}

fn entries(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn text<'a>(entry: &'a Value, name: &str) -> &'a str {
    entry.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::tree::tree;

    const LIST: &str = "[bans]\ndeny = [{ crate = \"openssl\", reason = \"TLS is rustls\" }]\n";

    #[test]
    fn the_seven_hundredth_crate_is_too_many() {
        for (crates, remarks) in [(799, 0), (800, 1)] {
            let lock = "[[package]]\nname = \"a\"\n".repeat(crates);
            assert_eq!(look(&tree(&[("Cargo.lock", &lock), ("deny.toml", LIST)])).len(), remarks, "{crates}");
        }
    }

    #[test]
    fn a_banned_crate_and_one_from_elsewhere_are_noticed() {
        #[rustfmt::skip]
        let table = [
            ("name = \"openssl\"\n",                                                                           1),
            ("name = \"rustls\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n",     0),
            ("name = \"rustls\"\nsource = \"git+https://example.org/rustls\"\n",                            1),
        ];
        for (package, remarks) in table {
            let lock = format!("[[package]]\n{package}");
            assert_eq!(
                look(&tree(&[("Cargo.lock", &lock), ("deny.toml", LIST)])).len(),
                remarks,
                "{package}"
            );
        }
    }
}
