//! Vaccine in the refrigerators of the demonstration's clinics, so that a visitor can give a dose at once.

use crate::clock;
use anyhow::Context as _;
use iis_model::Date;
use iis_model::access::Permission;
use iis_model::organization::{Site, SiteKind};
use iis_model::stock::Funding;
use iis_registry::Context;
use iis_registry::access::operator;
use iis_registry::directory::directory;
use iis_registry::inventory::{Receipt, receive};
use iis_registry::review::Deed;
use iis_synth::calendar::Day;
use iis_synth::demo::{self, At};
use iis_synth::vaccines::{Lot, Product, products};
use std::collections::BTreeSet;

/// In months: what is for grown-ups alone a pediatric clinic does not keep.
const ADULT: i32 = 18 * 12;

/// Public and private doses of each product.
const DOSES: [(Funding, i64); 2] = [(Funding::PublicVfc, 14), (Funding::Private, 6)];

/// Fills the refrigerators of the clinics at which the demonstration's accounts work.
pub(crate) async fn fill(cx: &Context) -> anyhow::Result<()> {
    let arrival = clock::arrival(&cx.identity.zone);
    let names = directory(cx, &arrival).await?;
    let worked_at: BTreeSet<&str> = demo::ACCOUNTS
        .iter()
        .filter_map(|account| match account.at {
            At::Site(code) => Some(code),
            _ => None,
        })
        .collect();
    let clinics =
        names.sites().filter(|site| worked_at.contains(&*site.code) && site.kind == SiteKind::Clinic);
    for (n, site) in (0_u16..).zip(clinics) {
        fill_one(cx, site, n).await.with_context(|| format!("stock of {}", site.code))?;
    }
    Ok(())
}

async fn fill_one(cx: &Context, site: &Site, n: u16) -> anyhow::Result<()> {
    let today = Day::from(clock::arrival(&cx.identity.zone).today);
    let in_use = |product: &&Product| {
        product.licensed_from <= today && product.used_until > today && product.age_from < ADULT
    };
    let mut vaccines = BTreeSet::new();
    // of one vaccine by two makers the first: lots are told apart by vaccine
    for product in products().iter().filter(in_use).filter(|product| vaccines.insert(product.cvx)) {
        let lot = Lot::used(product, n, today);
        for (funding, doses) in DOSES {
            let arrival = clock::arrival(&cx.identity.zone);
            let mut key = [0; 32];
            for (eight, word) in key.chunks_mut(8).zip(arrival.random) {
                eight.copy_from_slice(&word.to_le_bytes());
            }
            let granted = operator(Permission::KeepInventory)?;
            let deed = Deed { granted, arrival, reason: "demonstration".into(), key };
            receive(cx, deed, site, receipt(product, &lot, (funding, doses))?).await?;
        }
    }
    Ok(())
}

fn receipt(product: &Product, lot: &Lot, (funding, doses): (Funding, i64)) -> anyhow::Result<Receipt> {
    let (year, month, day) = lot.expires_on.civil();
    let expires_on = Date::new(i16::try_from(year)?, i8::try_from(month)?, i8::try_from(day)?)?;
    // of two deliveries of one lot the private one has a letter more, as cartons of two suppliers have
    let number = if funding == Funding::Private { format!("{}P", lot.number) } else { lot.number.clone() };
    Ok(Receipt {
        unit: "Refrigerator 1".into(),
        ndc: product.ndcs.iter().max_by_key(|ndc| ndc.to).and_then(|ndc| ndc.code.parse().ok()),
        cvx: iis_model::Cvx::new(product.cvx),
        mvx: product.mvx.parse().ok(),
        lot: number.into(),
        expires_on,
        funding,
        doses,
    })
}
