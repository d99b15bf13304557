//! What somebody who signed in must do before anything else opens: accept the agreement, set up a second factor.

use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use iis_model::AccountId;
use iis_registry::accounts::{second_factor, user_agreement};
use iis_registry::sessions::{self, Owed};

/// What the account owes; nothing: the registry is open.
pub(super) async fn owed_after(visitor: &Visitor, id: AccountId) -> Result<Option<Owed>, Stop> {
    let (registry, rules) = (&visitor.app.registry, &visitor.app.sign_in);
    let failed = |failure| visitor.failed(&failure);
    if let Some(agreement) = &rules.agreement {
        let owed = user_agreement::is_owed(registry, id, agreement.sha256, visitor.arrival.at);
        if owed.await.map_err(failed)? {
            return Ok(Some(Owed::Agreement));
        }
    }
    let ways = second_factor::ways(registry, id).await.map_err(failed)?;
    let has_one = ways.app || ways.has_passkey();
    Ok((rules.is_second_factor_required && !has_one).then_some(Owed::SettingUp))
}

/// After something that was owed is done: on to what is owed next, else where one wanted to go.
pub(super) async fn go_on(visitor: &Visitor, next: &str) -> Answer {
    let account = visitor.any_session()?.account.id;
    let owed = owed_after(visitor, account).await?;
    let noted = sessions::owes(&visitor.app.registry, visitor.token_sha256, owed).await;
    noted.map_err(|failure| visitor.failed(&failure))?;
    Ok(redirect(match owed {
        Some(Owed::Agreement | Owed::AgreementAlone) => "/account/agreement",
        Some(Owed::SettingUp) => "/account/second-factor",
        Some(Owed::SecondFactor) | None => next,
    }))
}
