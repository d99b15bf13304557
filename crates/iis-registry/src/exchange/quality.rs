//! The severities that hold for a sender: the state's policy, with what its agreement changes.

use iis_model::organization::SenderProfile;
use iis_quality::Policy;
use std::borrow::Cow;

/// A code in an agreement that no check has is passed over: the agreement may be older than the program.
pub(crate) fn policy<'a>(state: &'a Policy, profile: &SenderProfile) -> Cow<'a, Policy> {
    if profile.severities.is_empty() {
        return Cow::Borrowed(state);
    }
    let mut policy = state.clone();
    for (code, word) in &profile.severities {
        if let Ok(changed) = policy.with([(&**code, &**word)]) {
            policy = changed;
        }
    }
    Cow::Owned(policy)
}

#[cfg(test)]
mod tests {
    use super::policy;
    use iis_model::organization::SenderProfile;
    use iis_quality::{Gravity, Policy};

    #[test]
    fn what_is_agreed_with_a_sender_wins() {
        let state =
            Policy::default().with([("PAT-139", "silent"), ("PAT-210", "silent")]).expect("two checks");
        let agreed = [("PAT-139", "information"), ("OLD-001", "silent")];
        let severities = agreed.into_iter().map(|(code, word)| (code.into(), word.into())).collect();
        let profile = SenderProfile { severities, ..SenderProfile::default() };
        let agreed = policy(&state, &profile);
        assert_eq!(agreed.gravity("PAT-139", Gravity::Warning), Gravity::Information);
        assert_eq!(agreed.gravity("PAT-210", Gravity::Warning), Gravity::Silent);
    }
}
