//! Where the results of a load go.

use std::path::{Path, PathBuf};

/// The files of a load. The replies stand under their name when they are complete, and beside it until then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// Every reply, in batch envelopes.
    pub replies: PathBuf,
    /// The summary for people.
    pub summary: PathBuf,
    /// How far the load came.
    pub record: PathBuf,
}

impl Places {
    /// In a folder, named as the input: `feed.hl7.gz` gives `feed.replies.hl7`, `feed.summary.txt` and
    /// `feed.progress.json`.
    pub fn in_folder(folder: &Path, input: &Path) -> Self {
        let name = input.file_name().unwrap_or_default().to_string_lossy();
        let name = name.trim_end_matches(".gz").trim_end_matches(".hl7");
        Self {
            replies: folder.join(format!("{name}.replies.hl7")),
            summary: folder.join(format!("{name}.summary.txt")),
            record: folder.join(format!("{name}.progress.json")),
        }
    }

    /// The replies of a load that is not complete.
    pub fn incomplete(&self) -> PathBuf {
        let mut name = self.replies.clone().into_os_string();
        name.push(".part");
        name.into()
    }
}
