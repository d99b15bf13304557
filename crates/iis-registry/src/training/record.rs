//! A training record: registered by oneself with name and address, opened by a link that is mailed, and nothing else opened
//! by it (S-1, S-2).

use super::library::{Course, courses_of};
use crate::cases::Keys;
use crate::cases::again::NO_MORE_LETTERS;
use crate::enrollment::standing::inside;
use crate::mail::{Letter, Link, knock};
use crate::names::{composed, is_name_of_person};
use crate::{Arrival, Context, Failure};
use iis_model::{Date, EmailAddress};
use iis_store::training::{self, TraineeRow};
use iis_store::{Lane, StoreError, Tx};
use sha2::{Digest, Sha256};

/// A training record, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Name.
    pub name: Box<str>,
    /// Address for mail.
    pub email: EmailAddress,
    /// What was completed, and when.
    pub completed: Vec<(Course, Date)>,
    /// What is offered and was not.
    pub open: Vec<Course>,
}

/// Registers for training, or sends a link where the address is registered: the answer is the same. `key` is a secret that
/// the server drew. The link that is sent again is always one and the same, beside the first: whoever types somebody else's
/// address ends nothing that its owner has open. Beyond so many letters within an hour none leaves, and that is said.
pub async fn register(
    cx: &Context,
    name: &str,
    email: &EmailAddress,
    organization_code: &str,
    key: &str,
    arrival: Arrival,
) -> Result<(), Failure> {
    if !is_name_of_person(name) {
        return Err(Failure::Rule(
            "Enter your first and last name: letters, spaces, dots, dashes, apostrophes.",
        ));
    }
    let row = TraineeRow {
        id: cx.store.ids().take()?,
        name: composed(name).into(),
        email: email.as_str().into(),
        organization_code: organization_code.trim().chars().take(40).collect::<String>().into(),
        registered_at: arrival.at,
        confirmed_at: None,
    };
    let keys = Keys::of(cx, arrival).await?;
    let (cx2, key, address) = (cx.clone(), key.to_owned(), email.clone());
    let entry = arrival.by_nobody("register-for-training");
    let registered = cx.store.write(Lane::Web, move |tx| {
        let known = training::by_email(tx, &row.email)?;
        let id = known.as_ref().map_or(row.id, |known| known.id);
        let key = match &known {
            Some(_) => keys.key(&["training record", &id.to_string(), &row.email]).as_str().to_owned(),
            None => key.clone(),
        };
        let letter = Letter::TrainingRecord { link: Link::to(&cx2, &["training", "record", &key]) };
        if !knock(tx, &letter.to(&cx2, &address, arrival.at).map_err(inside)?)? {
            return Ok(Err(NO_MORE_LETTERS));
        }
        match known {
            Some(_) => training::set_key_again(tx, id, &hash(&key))?,
            None => training::register(tx, &row, &hash(&key))?,
        }
        tx.audit(&entry.clone().detail(format!("training record {id}")))?;
        Ok(Ok(()))
    });
    registered.await?
}

/// The training record that a key opens. The first time, the address is known to be whose it says.
pub async fn open_record(cx: &Context, key: &str, arrival: Arrival) -> Result<Option<Record>, Failure> {
    let key = hash(key);
    let entry = arrival.by_nobody("confirm-address");
    let opened = cx.store.write(Lane::Web, move |tx| {
        let Some(trainee) = training::by_key(tx, &key)? else { return Ok(None) };
        if trainee.confirmed_at.is_none() {
            training::confirm(tx, trainee.id, arrival.at)?;
            tx.audit(&entry.clone().detail(format!("training record {}", trainee.id)))?;
        }
        read(tx, &trainee).map(Some)
    });
    Ok(opened.await?)
}

fn read(tx: &mut Tx<'_>, trainee: &TraineeRow) -> Result<Record, StoreError> {
    let done = training::completions(tx, &trainee.email)?;
    let (mut completed, mut open) = (Vec::new(), Vec::new());
    for course in courses_of(tx)? {
        match done.iter().find(|(id, ..)| *id == course.id) {
            Some((_, on, _)) => completed.push((course, *on)),
            None if course.is_offered => open.push(course),
            None => {}
        }
    }
    let email =
        trainee.email.parse().map_err(|_| StoreError::internal("a training record without an address"))?;
    Ok(Record { name: trainee.name.clone(), email, completed, open })
}

pub(super) fn hash(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}
