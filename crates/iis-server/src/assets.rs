//! The files for browsers that are embedded in the program: style sheet, scripts, symbols, faces.
//!
//! Every name carries a hash of the content, so an answer may be kept for ever; a new version has a new name. The
//! build makes a brotli and a gzip variant of everything that shrinks.

use axum::extract::Path;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

/// One embedded file.
pub(crate) struct Asset {
    name: &'static str,
    content_type: &'static str,
    plain: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// `GET /assets/{name}`
pub(crate) async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (bytes, encoding) = variant(asset, &headers);
    let mut response = bytes.into_response();
    let answer = response.headers_mut();
    answer.insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    answer.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    answer.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        answer.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// The smallest variant that the browser takes.
fn variant(asset: &Asset, headers: &HeaderMap) -> (&'static [u8], Option<&'static str>) {
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match (asset.brotli, asset.gzip) {
        (Some(brotli), _) if accepts(accepted, "br") => (brotli, Some("br")),
        (_, Some(gzip)) if accepts(accepted, "gzip") => (gzip, Some("gzip")),
        _ => (asset.plain, None),
    }
}

/// Whether a list of encodings (RFC 9110, section 12.5.3) names this one with a weight other than zero.
fn accepts(list: &str, encoding: &str) -> bool {
    list.split(',').any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let refused =
            parts.any(|part| part.strip_prefix("q=").is_some_and(|q| q.trim().parse() == Ok(0.0_f32)));
        named && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::{ASSETS, SCRIPT, SPRITE, STYLES, accepts, serve};
    use axum::extract::Path;
    use axum::http::{HeaderMap, StatusCode, header};

    #[test]
    fn an_encoding_counts_unless_its_weight_is_zero() {
        #[rustfmt::skip]
        let table = [
            // header                    br
            ("gzip, deflate, br, zstd",  true),
            ("br;q=0.5",                 true),
            ("br;q=0, gzip",             false),
            ("br ; q=0.0",               false),
            ("brotli",                   false),
            ("",                         false),
        ];
        for (list, expected) in table {
            assert_eq!(accepts(list, "br"), expected, "{list}");
        }
    }

    #[tokio::test]
    async fn a_file_is_kept_for_ever_and_comes_in_the_smallest_variant() {
        let name = STYLES.trim_start_matches("/assets/").to_owned();
        let headers =
            HeaderMap::from_iter([(header::ACCEPT_ENCODING, "gzip, br".parse().expect("a header"))]);
        let response = serve(Path(name), headers).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CONTENT_ENCODING], "br");
        assert!(
            response.headers()[header::CACHE_CONTROL].to_str().is_ok_and(|value| value.contains("immutable"))
        );
        let unknown = serve(Path("../Cargo.toml".into()), HeaderMap::new()).await;
        assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
    }

    /// Screens section 1.3: a page weighs at most 200 kB without faces.
    #[test]
    fn everything_a_page_loads_stays_under_its_weight() {
        let packed = |asset: &super::Asset| asset.brotli.map_or(asset.plain.len(), <[u8]>::len);
        let weight: usize = ASSETS.iter().filter(|a| a.content_type != "font/woff2").map(packed).sum();
        assert!(weight < 120_000, "{weight} bytes");
    }

    fn text(address: &str) -> String {
        let asset = ASSETS.iter().find(|asset| address.ends_with(asset.name)).expect("an embedded file");
        String::from_utf8_lossy(asset.plain).into_owned()
    }

    /// The text of every file below a folder of this crate.
    fn sources(folder: &str) -> String {
        let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
        let mut text = String::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder of this crate") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    text.push_str(&std::fs::read_to_string(path).expect("text"));
                }
            }
        }
        text
    }

    #[test]
    fn the_sprite_has_the_symbols_that_pages_show_and_no_others() {
        let (templates, sprite) = (sources("templates"), text(SPRITE));
        let shown = templates.split("ui::icon(\"").skip(1).filter_map(|rest| rest.split('"').next());
        for icon in shown {
            assert!(sprite.contains(&format!("id=\"{icon}\"")), "assets/bundle.mjs does not list {icon}");
        }
        let pages = sources("src/pages");
        let listed = sprite.split("<symbol id=\"").skip(1).filter_map(|rest| rest.split('"').next());
        for icon in listed {
            let is_shown =
                templates.contains(&format!("\"{icon}\"")) || pages.contains(&format!("icon: \"{icon}\""));
            assert!(is_shown, "no page shows {icon}: take it out of assets/bundle.mjs");
        }
    }

    #[test]
    fn our_own_script_and_style_contain_nothing_that_the_content_policy_forbids() {
        assert!(!text(SCRIPT).contains("eval("));
        assert!(!text(STYLES).contains("url(http"));
    }

    /// OWASP ASVS 5.0.0, 15.3.6: an answer or a page of ours with the name of a prototype in it changes no prototype. Objects
    /// are copied by spreading, which writes own properties alone; a name that is computed is written in one place, from a
    /// list that stands before it.
    #[test]
    fn our_own_script_writes_no_property_whose_name_somebody_else_chose() {
        let script = text(SCRIPT);
        for word in ["__proto__", "prototype", "setPrototypeOf", "Object.assign", "defineProperty"] {
            assert!(!script.contains(word), "{word}");
        }
        let squeezed: String = script.chars().filter(|letter| !letter.is_whitespace()).collect();
        let written = squeezed.match_indices("]=").filter(|(at, _)| {
            let after = squeezed[at + 2..].starts_with('=');
            let list = squeezed[..*at].rfind('[').is_none_or(|open| {
                let before = squeezed[..open].chars().last();
                !before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_' || letter == ')')
                    || squeezed[..open].ends_with("const")
                    || squeezed[..open].ends_with("let")
            });
            !after && !list
        });
        let targets: Vec<_> = written.map(|(at, _)| &squeezed[at.saturating_sub(13)..=at]).collect();
        assert_eq!(targets, ["response[part]"], "what is written under a computed name");
        assert!(script.contains(
            r#"["attestationObject", "authenticatorData", "clientDataJSON", "signature", "userHandle"]"#
        ));
    }
}
