//! Makes the tables of a release: `import_tables XML_DIR TARGET_DIR RELEASE DATE`.

#[expect(dead_code, reason = "xtask reads the result further")]
#[path = "../../../xtask/src/import_cdsi.rs"]
mod import_cdsi;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, from, to, release, date] = arguments.as_slice() else {
        anyhow::bail!("usage: import_tables XML_DIR TARGET_DIR RELEASE DATE");
    };
    let published = import_cdsi::Published { release, date };
    import_cdsi::import(from.as_ref(), to.as_ref(), published).map(|_| ())
}
