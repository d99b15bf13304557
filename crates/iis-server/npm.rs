// The npm packages of `package-lock.json` in this folder, installed by build scripts: of this crate for the browser's
// files, of `iis-print` for its fonts.

/// The copy of the lock file that npm leaves beside the packages it installed.
const INSTALLED: &str = "node_modules/.package-lock.json";

/// Runs `npm ci` in the folder unless the installed packages are those of its lock file. Two builds at once install once:
/// the second waits for the lock on the build script.
pub(crate) fn install(folder: &std::path::Path) -> Result<(), String> {
    let script = folder.join("build.rs");
    let lock = std::fs::File::open(&script).map_err(|error| format!("build.rs cannot be opened: {error}"))?;
    lock.lock().map_err(|error| format!("build.rs cannot be locked: {error}"))?;
    if is_installed(folder) {
        return Ok(());
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    run(std::process::Command::new(npm).args(words).current_dir(folder))
}

/// Whether the packages stand there and are not older than the lock file that asks for them.
fn is_installed(folder: &std::path::Path) -> bool {
    let changed = |path: &str| folder.join(path).metadata().and_then(|file| file.modified()).ok();
    match (changed(INSTALLED), changed("package-lock.json")) {
        (Some(installed), Some(wanted)) => installed >= wanted,
        _ => false,
    }
}

/// Runs a program of Node to its end; what it said stands in the failure.
pub(crate) fn run(command: &mut std::process::Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| {
        format!(
            "{program} could not be run ({error}): install Node.js 20 or newer with npm, then build again"
        )
    })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{program} failed: {}", said.trim().replace('\n', " | ")))
}
