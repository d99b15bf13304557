//! Links between documents of the tree lead to files and headings that exist. Addresses outside are not fetched.

use super::Remark;
use crate::tree::Tree;

const DOCUMENT: &str = ".md";

pub(super) fn look(tree: &Tree) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for (file, text) in tree.with_ending(DOCUMENT) {
        for (line, target) in links(text) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            if let Some(fault) = fault(tree, &file.path, text, target) {
                remarks.push(Remark::failure(format!("{}:{line}", file.path), fault));
            }
        }
    }
    remarks
}

fn fault(tree: &Tree, from: &str, text: &str, target: &str) -> Option<String> {
    let (path, heading) =
        target.split_once('#').map_or((target, None), |(path, heading)| (path, Some(heading)));
    let (path, text) = if path.is_empty() {
        (from.to_owned(), Some(text))
    } else {
        let path = resolve(from, path);
        if !tree.has(&path) {
            return Some(format!("leads to {path}, which does not exist"));
        }
        let text = tree.files.iter().find(|file| file.path == path).and_then(|file| file.text());
        (path, text)
    };
    let (heading, text) = (heading?, text?);
    (path.ends_with(DOCUMENT) && !headings(text).any(|one| one == heading))
        .then(|| format!("leads to the heading #{heading} of {path}, which does not exist"))
}

/// The targets of `[text](target)` outside of code, with their lines.
fn links(text: &str) -> impl Iterator<Item = (usize, &str)> {
    prose(text).flat_map(|(number, line)| {
        line.match_indices("](").filter_map(move |(at, _)| {
            let rest = &line[at + 2..];
            let target = &rest[..rest.find(')')?];
            let is_code = line[..at].matches('`').count() % 2 == 1;
            (!is_code && !target.is_empty()).then(|| (number, target.split(' ').next().unwrap_or(target)))
        })
    })
}

/// Lines outside of fenced code.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut is_fenced = false;
    (1..).zip(text.lines()).filter(move |(_, line)| {
        let is_fence = line.trim_start().starts_with("```");
        is_fenced ^= is_fence;
        !is_fenced && !is_fence
    })
}

/// The anchors that a heading's words give: small letters, spaces as hyphens, punctuation gone.
fn headings(text: &str) -> impl Iterator<Item = String> {
    prose(text).filter(|(_, line)| line.starts_with('#')).map(|(_, line)| {
        let words = line.trim_start_matches('#').trim().to_lowercase();
        let kept =
            words.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
        kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
    })
}

/// `path` as seen from the folder of `from`.
fn resolve(from: &str, path: &str) -> String {
    let mut parts: Vec<&str> = if path.starts_with('/') { Vec::new() } else { from.split('/').collect() };
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::tree::tree;

    #[test]
    fn dead_links_are_noticed() {
        #[rustfmt::skip]
        let table = [
            // text of docs/a.md                        remarks
            ("[x](b.md)",                               0),
            ("[x](./b.md#two-words)",                   0),
            ("[x](b.md#three)",                         1),
            ("[x](../README.md) and [y](gone.md)",      1),
            ("[x](#here)\n# Here!",                     0),
            ("[x](https://example.org/nowhere)",        0),
            ("```\n[x](gone.md)\n```",                  0),
            ("`[x](gone.md)`",                          0),
            ("[x](decisions/)",                         0),
            ("![picture](images/gone.png \"title\")",   1),
        ];
        for (text, remarks) in table {
            let files = [
                ("README.md", ""),
                ("docs/a.md", text),
                ("docs/b.md", "## Two words"),
                ("docs/decisions/1.md", ""),
            ];
            assert_eq!(look(&tree(&files)).len(), remarks, "{text}");
        }
    }
}
