//! A QR code as SVG: one path, so that it stays sharp in any size.

use qrcode::types::Color;
use qrcode::{EcLevel, QrCode};
use std::fmt::Write;

/// Modules left white around a code, so that readers find it.
const QUIET: usize = 4;

/// A code as one path of black modules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrPath {
    /// Modules along each side, the white ones around it included.
    pub side: usize,
    /// SVG path data, a module being 1 by 1.
    pub path: String,
}

/// The code that says `text`; none when the text is too long for any.
pub fn qr_path(text: &str) -> Option<QrPath> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            write!(path, "M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET).ok()?;
        }
    }
    Some(QrPath { side: width + 2 * QUIET, path })
}

/// The same as a picture.
pub(crate) fn svg(text: &str) -> Option<String> {
    let QrPath { side, path } = qr_path(text)?;
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" width=\"{side}\" height=\"{side}\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::svg;

    #[test]
    fn a_text_has_a_code_and_one_that_is_too_long_has_none() {
        let code = svg("https://registry.example/verify/7KQ4-92MX-H3TB").expect("it fits");
        assert!(code.starts_with("<svg") && code.contains("viewBox=\"0 0 41 41\""), "{code:.90}");
        assert_eq!(svg(&"x".repeat(5000)), None);
    }
}
