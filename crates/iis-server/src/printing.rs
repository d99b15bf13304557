//! Documents to PDF, a few at a time: typesetting takes processors and memory that answer senders otherwise.

use crate::app::App;
use crate::config::{Config, Limits};
use iis_print::{Document, PrintError, Printed, Printer, TemplateFault, Templates};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// The folder in the data folder with a state's own templates.
pub const OWN_TEMPLATES: &str = "print";

/// The press.
pub struct Printing {
    printer: Arc<Printer>,
    /// Documents that may be in the house: being made or waiting.
    places: Arc<Semaphore>,
    /// Documents that may be made at one time.
    presses: Arc<Semaphore>,
}

/// Why there is no document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotPrinted {
    /// So many are waiting already.
    #[error("too many documents at this moment")]
    Busy,
    /// It cannot be made.
    #[error(transparent)]
    Failed(#[from] PrintError),
    /// The thread that made it has ended.
    #[error("the document was not finished")]
    Ended,
}

impl Printing {
    /// With the state's own templates where there are any. A set with a fault is told and left alone: the one that ships
    /// prints. Faces are not read before the first document, but to try templates of one's own.
    pub fn open(config: &Config) -> Self {
        let own = own_templates(&config.data).and_then(|own| match own.clone().map(Printer::new) {
            Some(printer) => match printer.check() {
                faults if faults.is_empty() => Ok(own),
                faults => Err(faults.iter().map(ToString::to_string).collect()),
            },
            None => Ok(None),
        });
        let templates = own.unwrap_or_else(|faults| {
            for fault in faults {
                tracing::error!(%fault, "a template in the data folder has a fault: those that ship are used");
            }
            None
        });
        Self::with(templates.unwrap_or_default(), &config.limits)
    }

    fn with(templates: Templates, limits: &Limits) -> Self {
        Self {
            printer: Arc::new(Printer::new(templates)),
            places: Arc::new(Semaphore::new(limits.print_threads + limits.print_queue)),
            presses: Arc::new(Semaphore::new(limits.print_threads)),
        }
    }

    /// Prints a document, or says at once that too many are waiting.
    pub async fn print(&self, document: Document) -> Result<Printed, NotPrinted> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| NotPrinted::Busy)?;
        let press = Arc::clone(&self.presses).acquire_owned().await.map_err(|_| NotPrinted::Ended)?;
        let printer = Arc::clone(&self.printer);
        let made = tokio::task::spawn_blocking(move || {
            // held until it is done, also when nobody waits for it any more
            let _held = (place, press);
            printer.print(&document)
        });
        Ok(made.await.map_err(|_| NotPrinted::Ended)??)
    }
}

/// Prints for a page; what went wrong is in the log, with the template and without the person.
pub(crate) async fn print(app: &App, document: Document) -> Result<Printed, NotPrinted> {
    let printed = app.printing.print(document).await;
    match &printed {
        Ok(printed) if printed.unprintable > 0 => {
            tracing::warn!(letters = printed.unprintable, "a document has letters that no face has");
        }
        Ok(_) | Err(NotPrinted::Busy) => {}
        Err(error) => tracing::error!(%error, "a document was not printed"),
    }
    printed
}

/// The templates of the data folder in place of those that ship; none: there are none. The faults are sentences.
fn own_templates(data: &Path) -> Result<Option<Templates>, Vec<String>> {
    let folder = data.join(OWN_TEMPLATES);
    let told = |error: std::io::Error| vec![format!("{}: {error}", folder.display())];
    let entries = match std::fs::read_dir(&folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        entries => entries.map_err(told)?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(told)?.path();
        if path.extension().is_some_and(|ending| ending == "typ") {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.push((name, std::fs::read_to_string(&path).map_err(told)?));
        }
    }
    if files.is_empty() {
        return Ok(None);
    }
    Templates::replacing(files).map(Some).map_err(|fault| vec![fault.to_string()])
}

/// What is wrong with the templates of the data folder, each in a sentence.
pub fn faults(config: &Config) -> Vec<String> {
    match own_templates(&config.data) {
        Ok(None) => Vec::new(),
        Ok(Some(own)) => Printer::new(own).check().iter().map(TemplateFault::to_string).collect(),
        Err(faults) => faults,
    }
}

#[cfg(test)]
mod tests {
    use super::{NotPrinted, OWN_TEMPLATES, Printing, faults};
    use crate::config::{Config, Limits};
    use iis_print::{Form, Language, Templates, sample};
    use std::sync::Arc;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_full_house_says_so_at_once_and_the_others_are_served() {
        let limits = Limits { print_threads: 1, print_queue: 1, ..Limits::default() };
        let printing = Arc::new(Printing::with(Templates::default(), &limits));
        let one = |printing: &Arc<Printing>| {
            let printing = Arc::clone(printing);
            tokio::spawn(async move { printing.print(sample(Form::BlankSchool, Language::En)).await })
        };
        let tries: Vec<_> = (0..6).map(|_| one(&printing)).collect();
        let (mut printed, mut busy) = (0, 0);
        for one in tries {
            match one.await.expect("joined") {
                Ok(_) => printed += 1,
                Err(NotPrinted::Busy) => busy += 1,
                Err(other) => panic!("{other}"),
            }
        }
        assert!(printed >= 2 && busy >= 1 && printed + busy == 6, "{printed} printed, {busy} refused");
        assert!(printing.print(sample(Form::BlankSchool, Language::En)).await.is_ok(), "there is room again");
    }

    #[tokio::test]
    async fn a_template_with_a_fault_is_told_and_the_one_that_ships_prints() {
        let data = tempfile::tempdir().expect("a folder");
        let folder = data.path().join(OWN_TEMPLATES);
        std::fs::create_dir(&folder).expect("a folder");
        let config = Config { data: data.path().to_owned(), ..Config::default() };
        assert_eq!(faults(&config), <[String; 0]>::default(), "an empty folder");
        std::fs::write(folder.join("school.typ"), "#import \"common.typ\": *\n#show: sheet\n#masthed\n")
            .expect("written");
        assert_eq!(faults(&config).len(), 1, "{:?}", faults(&config));
        assert!(
            faults(&config)[0].starts_with("school.typ:3: unknown variable: masthed"),
            "{:?}",
            faults(&config)
        );
        let printed = Printing::open(&config).print(sample(Form::School, Language::En)).await;
        assert_eq!(printed.expect("printed").pages, 1);
        std::fs::write(folder.join("schools.typ"), "").expect("written");
        assert!(faults(&config)[0].starts_with("schools.typ is no template"), "{:?}", faults(&config));
    }
}
