//! The release the program brings along.

use super::{TableFailure, read};
use crate::supporting::model::Release;

macro_rules! files {
    ($folder:literal: $($file:literal,)*) => {
        &[$(($file, include_str!(concat!("../../../../data/cdsi/", $folder, "/", $file))),)*]
    };
}

/// The table files of the built-in release, by name.
#[must_use]
pub fn built_in_files() -> &'static [(&'static str, &'static str)] {
    BUILT_IN
}

/// Reads the built-in release.
pub fn built_in() -> Result<Release, TableFailure> {
    read(BUILT_IN)
}

const BUILT_IN: &[(&str, &str)] = files! { "4.64":
    "schedule.txt",
    "vaccines.txt",
    "conflicts.txt",
    "observations.txt",
    "antigens/chikungunya.txt",
    "antigens/cholera.txt",
    "antigens/covid_19.txt",
    "antigens/dengue.txt",
    "antigens/diphtheria.txt",
    "antigens/ebola.txt",
    "antigens/hepa.txt",
    "antigens/hepb.txt",
    "antigens/hib.txt",
    "antigens/hpv.txt",
    "antigens/influenza.txt",
    "antigens/japanese_encephalitis.txt",
    "antigens/measles.txt",
    "antigens/meningococcal.txt",
    "antigens/meningococcal_b.txt",
    "antigens/mumps.txt",
    "antigens/orthopoxvirus.txt",
    "antigens/pertussis.txt",
    "antigens/pneumococcal.txt",
    "antigens/polio.txt",
    "antigens/rabies.txt",
    "antigens/rotavirus.txt",
    "antigens/rsv.txt",
    "antigens/rubella.txt",
    "antigens/tbe.txt",
    "antigens/tetanus.txt",
    "antigens/typhoid.txt",
    "antigens/varicella.txt",
    "antigens/yellow_fever.txt",
    "antigens/zoster.txt",
};

#[cfg(test)]
mod tests {
    use super::{BUILT_IN, built_in};
    use crate::supporting::{Counts, Severity, check};
    use std::collections::BTreeSet;
    use std::path::Path;

    #[test]
    fn every_table_of_the_release_is_built_in() {
        let release = built_in().expect("the built-in tables can be read");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/cdsi").join(&release.name);
        let names = |folder: &Path| -> Vec<String> {
            let entries = std::fs::read_dir(folder).expect("the folder of the release stands");
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
        };
        let antigens = names(&folder.join("antigens")).into_iter().map(|name| format!("antigens/{name}"));
        let tables = names(&folder).into_iter().filter(|name| name.strip_suffix(".txt").is_some());
        let found: BTreeSet<String> = tables.chain(antigens).collect();
        let listed: BTreeSet<String> = BUILT_IN.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(found, listed);
    }

    #[test]
    fn the_built_in_release_is_complete_and_can_be_used() {
        let release = built_in().expect("the built-in tables can be read");
        let errors: Vec<_> = check(&release).into_iter().filter(|f| f.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{errors:?}");
        let counts = Counts::of(&release);
        let main =
            (counts.antigens, counts.vaccine_groups, counts.series, counts.series_doses, counts.conflicts);
        assert_eq!(main, (30, 26, 143, 484, 625), "as the publisher counts them");
    }
}
