//! Next patient, same vaccine: lot, route and body site of the last doses go along, and nothing of the patient.
//!
//! They stand in a cookie of the session, until it ends, somebody forgets them or takes others; the form says that it was
//! filled in from them. Source: screens section 1.1, G3.

use super::super::Typed;
use super::rows::{Row, is_for_any};
use super::unfit::Unfit;
use crate::audit_key::hex;
use crate::pages::cookies::Cookie;
use crate::pages::frame::Notice;
use crate::pages::visitor::{Answer, Visitor, redirect};
use axum::extract::Query;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use iis_model::LotId;
use iis_model::stock::OnHand;
use serde::Deserialize;

/// More doses of one visit than this are not carried.
const MOST: usize = 6;

/// A dose to give again: `17.C28161.LT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pages) struct Carried {
    lot: LotId,
    route: String,
    body_site: String,
}

impl Carried {
    fn text(&self) -> String {
        format!("{}.{}.{}", self.lot, self.route, self.body_site)
    }
}

/// What the doses of a form carry on, by what was typed alone: the record has moved on when it is asked.
pub(super) fn written(typed: &Typed) -> String {
    let one = |(row, lot): (&str, &str)| {
        let of = |field: &str| typed.get(&format!("{field}_{row}"));
        let is_given = !of("give").is_empty() || is_for_any(row);
        let text = format!("{lot}.{}.{}", of("route"), of("site"));
        (is_given && !lot.is_empty() && read(&text).len() == 1).then_some(text)
    };
    typed.beginning("lot_").filter_map(one).take(MOST).collect::<Vec<_>>().join("-")
}

/// The same, read; what is not ours is left out.
pub(in crate::pages) fn read(text: &str) -> Vec<Carried> {
    let is_word = |text: &str| text.len() <= 8 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let one = |text: &str| {
        let mut parts = text.split('.');
        let lot = LotId(parts.next()?.parse().ok()?);
        let (route, body_site) = (parts.next()?, parts.next()?);
        let is_ours = parts.next().is_none() && is_word(route) && is_word(body_site);
        is_ours.then(|| Carried { lot, route: route.to_owned(), body_site: body_site.to_owned() })
    };
    text.split('-').take(MOST).filter_map(one).collect()
}

/// The cookie after a visit was saved: what the visit did not give is no longer the vaccine that goes from patient to patient.
pub(super) fn after(visitor: &Visitor, given: &str) -> Option<HeaderValue> {
    let (carried, given) = (of(visitor), read(given));
    let is_given = |one: &&Carried| given.iter().any(|given| given.lot == one.lot);
    let left: Vec<String> = carried.iter().filter(is_given).map(Carried::text).collect();
    let https = visitor.app.config.is_reached_by_https();
    (left.len() < carried.len()).then(|| match &*left.join("-") {
        "" => Cookie::Carry.remove(https),
        left => Cookie::Carry.set(&format!("{}{left}", beginning(visitor)), https),
    })
}

/// What begins the cookie: of the session, so that nobody who signs in later in the same browser gives what another nurse
/// carried.
fn beginning(visitor: &Visitor) -> String {
    format!("{}_", hex(&visitor.token_sha256[..8]))
}

/// What this session carries.
pub(super) fn of(visitor: &Visitor) -> Vec<Carried> {
    visitor.carried.strip_prefix(&beginning(visitor)).map(read).unwrap_or_default()
}

/// Fills an untouched form in with what is carried, where what is due can be given from the lot and the lot fits patient and
/// dose. Tells the rows that were filled in, and the lots that fit none.
pub(super) fn fill(
    typed: &mut Typed,
    rows: &[Row],
    (lots, unfit): (&[OnHand], &Unfit),
    carried: &[Carried],
) -> Filled {
    let mut told = Filled::default();
    for one in carried {
        let Some(lot) = lots.iter().find(|lot| lot.lot.id == one.lot) else { continue };
        let is_fit = |row: &&Row| !row.is_any && row.offers(one.lot) && unfit.fits(&row.id, lot);
        let mut fit = rows.iter().filter(is_fit).peekable();
        if fit.peek().is_none() && lot.doses > 0 {
            told.left.push(lot.lot.lot.to_string());
        }
        let Some(row) = fit.find(|row| !told.rows.contains(&row.label)) else { continue };
        for (field, value) in [
            ("give", "on".to_owned()),
            ("lot", one.lot.to_string()),
            ("route", one.route.clone()),
            ("site", one.body_site.clone()),
        ] {
            typed.put(&format!("{field}_{}", row.id), value);
        }
        told.rows.push(row.label.clone());
    }
    told
}

/// What became of the doses that were carried.
#[derive(Debug, Default)]
pub(super) struct Filled {
    /// The rows that were filled in.
    rows: Vec<String>,
    /// The lots that do not fit this patient.
    left: Vec<String>,
}

/// What is said of a form that was filled in so, and of what was carried and is not filled in.
pub(super) fn notice(filled: &Filled) -> Option<Notice> {
    let mut said = Vec::new();
    if !filled.rows.is_empty() {
        said.push(format!(
            "Filled in from the last patient: lot, route and body site of {}. Nothing else was carried over. Check the package.",
            filled.rows.join(", ")
        ));
    }
    let left = |lot: &String| format!("Lot {lot} is not carried on: it does not fit this patient.");
    said.extend(filled.left.iter().map(left));
    (!said.is_empty()).then(|| Notice { kind: "info", text: said.join(" ") })
}

/// What is carried, or nothing.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Carrying {
    #[serde(default)]
    doses: String,
}

/// `GET /patients/next?doses={what is carried}`: keeps it for the next patient, or forgets it, and goes on to the search.
/// Other sites that lead here carry nothing and forget nothing.
pub(crate) async fn next(headers: HeaderMap, visitor: Visitor, Query(carrying): Query<Carrying>) -> Answer {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    if site.is_some_and(|site| site != b"same-origin" && site != b"none") {
        return Ok(redirect("/patients"));
    }
    let https = visitor.app.config.is_reached_by_https();
    let is_ours = !read(&carrying.doses).is_empty() && carrying.doses.len() < 200;
    let is_plain =
        carrying.doses.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    let cookie = if is_ours && is_plain {
        Cookie::Carry.set(&format!("{}{}", beginning(&visitor), carrying.doses), https)
    } else {
        Cookie::Carry.remove(https)
    };
    let mut response = redirect("/patients");
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn what_is_not_ours_is_left_out() {
        #[rustfmt::skip]
        let table = [
            ("17.C28161.LT",          1),
            ("17..",                  1),
            ("17.C28161.LT-18..RA",   2),
            ("",                      0),
            ("x.C28161.LT",           0),
            ("17.<b>.LT",             0),
            ("17.C28161.LT.more",     0),
            ("17.C28161",             0),
        ];
        for (text, number) in table {
            assert_eq!(read(text).len(), number, "{text}");
        }
    }
}
