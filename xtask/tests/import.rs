//! The tables under `data/hl7` are what the importer makes of the publication, byte for byte.

#[path = "../src/import_hl7/mod.rs"]
#[expect(dead_code, reason = "the command writes the files; here they are only made")]
mod import_hl7;

use std::path::{Path, PathBuf};

#[expect(clippy::disallowed_methods, reason = "the folder of published data is named by the environment")]
fn published() -> Option<PathBuf> {
    Some(Path::new(&std::env::var("OPENIIS_PUBLISHED").ok()?).join("hl7/profiles"))
}

#[test]
fn importing_again_gives_the_same_tables() {
    let Some(from) = published() else { return };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/hl7/1.5");
    let (files, _) = import_hl7::tables(&from, "1.5").expect("the publication");
    assert_eq!(files.len(), std::fs::read_dir(&folder).expect("the tables").count());
    for (name, made) in files {
        let kept = std::fs::read_to_string(folder.join(&name)).expect("a table");
        assert!(made == kept, "{name} differs: run cargo xtask import hl7");
    }
}
