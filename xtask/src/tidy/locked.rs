//! Growth of the lock file is a decision and not an accident.

use super::Remark;
use crate::tree::Tree;

/// So many crates would be too many.
const TOO_MANY: usize = 700;

pub(super) fn look(tree: &Tree) -> Vec<Remark> {
    let Some((_, lock)) = tree.with_ending("Cargo.lock").find(|(file, _)| file.path == "Cargo.lock") else {
        return vec![Remark::failure("Cargo.lock", "is missing")];
    };
    let locked = lock.lines().filter(|line| *line == "[[package]]").count();
    println!("  locked crates: {locked}");
    let text = format!("{locked} crates are locked; from {TOO_MANY} on, something must go");
    if locked < TOO_MANY { Vec::new() } else { vec![Remark::failure("Cargo.lock", text)] }
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::tree::tree;

    #[test]
    fn the_seven_hundredth_crate_is_too_many() {
        for (crates, remarks) in [(699, 0), (700, 1)] {
            let lock = "[[package]]\nname = \"a\"\n\n".repeat(crates);
            assert_eq!(look(&tree(&[("Cargo.lock", &lock)])).len(), remarks, "{crates}");
        }
    }
}
