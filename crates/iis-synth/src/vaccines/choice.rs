//! Which products a clinic takes for what is due: combinations where it stocks them, one maker for each vaccine.

use super::{Group, Product, ProductId, Progress, products};
use crate::calendar::Day;
use crate::random::mix;

/// The order in which a visit is filled: first what comes in combinations.
const ORDER: [Group; 20] = [
    Group::Dtap,
    Group::Mmr,
    Group::Hib,
    Group::Ipv,
    Group::HepB,
    Group::Pcv,
    Group::Rota,
    Group::Var,
    Group::HepA,
    Group::Tdap,
    Group::Hpv,
    Group::MenAcwy,
    Group::MenB,
    Group::Flu,
    Group::Covid,
    Group::Td,
    Group::Zoster,
    Group::Ppsv,
    Group::Rsv,
    Group::RsvMab,
];

/// Chooses products for the wanted groups (bits) at a site; none of them overlap. Groups without a usable product
/// are left out.
pub fn choose(wanted: u32, progress: &Progress, born_on: Day, on: Day, site: u16) -> Vec<ProductId> {
    let age = on.months_since(born_on);
    let mut left = wanted;
    let mut spare = progress.acceptable(on, born_on);
    let mut chosen = Vec::new();
    for group in ORDER {
        if left & group.bit() == 0 {
            continue;
        }
        let fits = |product: &&Product| {
            product.groups & group.bit() != 0
                && product.groups & !(left | spare) == 0
                && product.is_usable(on, age)
                && !(product.is_live() && progress.is_live_too_soon(on))
        };
        let liked = products().iter().filter(fits).max_by_key(|product| liking(product, site, age));
        if let Some(product) = liked {
            left &= !product.groups;
            spare &= !product.groups;
            chosen.push(product.id);
        }
    }
    chosen
}

/// How much a site likes a product: its contract, and whether it stocks combinations at all (three in four do).
fn liking(product: &Product, site: u16, age_months: i32) -> i64 {
    let site = u64::from(site);
    let contract =
        i64::try_from(mix(site << 8 | u64::from(product.cvx) << 24 | product.mvx.len() as u64) % 100);
    let contract =
        contract.unwrap_or(0) + i64::try_from(mix(u64::from(product.id.0) ^ site) % 50).unwrap_or(0);
    let is_combination = product.groups.count_ones() > 1;
    // The first MMR and varicella doses are given apart: together they cause more fevers.
    let is_first_mmrv = product.cvx == 94 && age_months < 48;
    match (is_combination, !mix(site).is_multiple_of(4)) {
        _ if is_first_mmrv => contract - 500,
        (true, true) => contract + 300,
        (true, false) => contract - 300,
        (false, _) => contract,
    }
}

#[cfg(test)]
mod tests {
    use super::choose;
    use crate::calendar::Day;
    use crate::vaccines::{Group, Progress};

    #[test]
    fn no_visit_holds_a_combination_and_its_component() {
        let born = Day::new(2021, 1, 10);
        for site in 0..200 {
            let mut progress = Progress::default();
            for age in [0, 61, 122, 183, 366, 456, 548, 1461] {
                let on = born.plus(age);
                let mut covered = 0;
                for id in choose(progress.due(on, born), &progress, born, on, site) {
                    assert_eq!(covered & id.get().groups, 0, "site {site}, age {age}");
                    covered |= id.get().groups;
                    progress.record(id.get(), on, born);
                }
            }
            assert!(progress.count(Group::Dtap) == 5 && progress.count(Group::Mmr) == 2, "site {site}");
        }
    }
}
