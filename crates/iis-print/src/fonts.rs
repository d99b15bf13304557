//! The faces that documents are set in. They lie in the program and are read when the first document is printed.
//!
//! Public Sans has Latin letters; what it lacks is set in `DejaVu` Sans, which has the rest of Latin with Vietnamese,
//! Greek, Cyrillic, Armenian, Georgian, Hebrew and Arabic. Neither has the scripts of South and East Asia, nor Ethiopic.

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

/// The faces as files.
fn files() -> [&'static [u8]; 5] {
    [
        include_bytes!(concat!(env!("OUT_DIR"), "/PublicSans-Regular.ttf")),
        include_bytes!(concat!(env!("OUT_DIR"), "/PublicSans-Bold.ttf")),
        dejavu::sans::regular(),
        dejavu::sans::bold(),
        dejavu::sans_mono::bold(),
    ]
}

/// The faces, read.
pub(crate) struct Fonts {
    pub(crate) book: LazyHash<FontBook>,
    faces: Vec<Font>,
}

impl Fonts {
    /// Reads them.
    pub(crate) fn read() -> Self {
        let faces: Vec<Font> = files().into_iter().flat_map(|file| Font::iter(Bytes::new(file))).collect();
        Self { book: LazyHash::new(FontBook::from_fonts(&faces)), faces }
    }

    /// A face by its place in the book.
    pub(crate) fn face(&self, index: usize) -> Option<Font> {
        self.faces.get(index).cloned()
    }

    /// Whether text set upright, in the regular weight and in bold, has a shape for the letter.
    pub(crate) fn have(&self, letter: char) -> bool {
        let has = |face: &Font| face.info().coverage.contains(letter.into());
        self.faces.iter().filter(|face| has(face)).count() >= 2
    }
}

#[cfg(test)]
mod tests {
    use super::{Fonts, files};

    #[test]
    fn every_file_is_a_face() {
        assert_eq!(Fonts::read().faces.len(), files().len());
    }

    /// What names of the state's people need is there, and what is not there is known.
    #[test]
    fn which_letters_are_there() {
        let fonts = Fonts::read();
        #[rustfmt::skip]
        let table = [
            ("Spanish",    "ÁÉÍÓÚÜÑáéíóúüñ¿¡ºª«»—–’“”", true),
            ("Portuguese", "ÃÕÇãõçâêôà",                true),
            ("Haitian",    "èòÈÒ",                      true),
            ("Polish",     "ĄĆĘŁŃÓŚŹŻąćęłńóśźż",        true),
            ("Vietnamese", "ĂÂĐÊÔƠƯăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ", true),
            ("Turkish",    "ĞİŞğış",                    true),
            ("Hawaiian",   "āēīōūʻ",                    true),
            ("Greek",      "ΑΩάώς",                     true),
            ("Russian",    "АЯЁаяёЪЫЭ",                 true),
            ("Armenian",   "ԱՖաֆ",                      true),
            ("Hebrew",     "אבגדהוזחטיכךלמםנןסעפףצץקרשת", true),
            ("Arabic",     "ءابتثجحخدذرزسشصضطظعغفقكلمنهوي", true),
            ("replaced",   "\u{fffd}",                  true),
            ("Chinese",    "王小明",                    false),
            ("Japanese",   "さくら",                    false),
            ("Korean",     "김민준",                    false),
            ("Devanagari", "अनिल",                      false),
            ("Amharic",    "ሀበሻ",                       false),
            ("Thai",       "สมชาย",                     false),
            ("emoji",      "🦠",                        false),
        ];
        for (script, letters, there) in table {
            for letter in letters.chars() {
                assert_eq!(fonts.have(letter), there, "{script}: {letter} U+{:04X}", u32::from(letter));
            }
        }
    }
}
