//! Letters of requests, enrollments and tickets that were lost, asked for again by number and address.

use super::sheet::{Block, Field, FieldKind, FormView, Link, PublicSent, Sheet, Typed, typed};
use crate::pages::frame::{Notice, Problem};
use crate::pages::visitor::{Answer, Visitor};
use iis_model::EmailAddress;
use iis_registry::cases::Again;
use iis_registry::{enrollment, requests, tickets};

/// What has a letter with a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
    Request,
    Enrollment,
    Ticket,
}

impl Lost {
    const fn word(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Enrollment => "enrollment",
            Self::Ticket => "ticket",
        }
    }

    const fn address(self) -> &'static str {
        match self {
            Self::Request => "/request-access/again",
            Self::Enrollment => "/enroll/again",
            Self::Ticket => "/help/tickets/again",
        }
    }

    /// The help of its pages.
    const fn topic(self) -> &'static str {
        match self {
            Self::Request => "access",
            Self::Enrollment => "enroll",
            Self::Ticket => "tickets",
        }
    }
}

/// What is said where letters do not leave this server: without them nobody gets on with what is begun.
pub(super) fn no_mail(visitor: &Visitor) -> Option<Block> {
    let text = "This registry sends no mail yet, so the message with the link will not come. Call the Help Desk instead.";
    let is_silent = !visitor.app.registry.letters_arrive;
    is_silent.then(|| Block::Alert(Notice { kind: "warning", text: text.to_owned() }))
}

/// What is said after a letter was asked for, with the form that has it sent again.
pub(super) fn sheet(
    visitor: &Visitor,
    lost: Lost,
    (title, lead): (&str, String),
    form: &Typed,
    problems: Vec<Problem>,
) -> Sheet {
    let word = lost.word();
    let mut sheet = Sheet::new(title, lost.topic());
    sheet.is_narrow = true;
    sheet.lead = lead;
    sheet.problems = problems;
    sheet.blocks.extend(no_mail(visitor));
    if visitor.app.config.has_mailbox() {
        let link = Link { href: "/mailbox".to_owned(), label: "Mailbox of the demonstration".to_owned() };
        sheet.blocks.push(Block::Links("In this demonstration", vec![link]));
    }
    sheet.blocks.push(Block::Form(FormView {
        heading: "The message did not come?".to_owned(),
        lead: "Look into the folder for unwanted mail first. Of these messages at most five go to one address within an hour."
            .to_owned(),
        action: lost.address().to_owned(),
        fields: vec![
            Field::text("number", &format!("Number of the {word}")).with(typed(form, "number")),
            Field::new("email", "E-mail", FieldKind::Email)
                .with(typed(form, "email"))
                .hint(&format!("The address that the {word} has"))
                .filled_by("email"),
        ],
        button: "Send it again",
        is_quiet: true,
        ..FormView::default()
    }));
    sheet
}

/// `POST /request-access/again`
pub(crate) async fn request(sent: PublicSent) -> Answer {
    again(sent, Lost::Request).await
}

/// `POST /enroll/again`
pub(crate) async fn enrollment(sent: PublicSent) -> Answer {
    again(sent, Lost::Enrollment).await
}

/// `POST /help/tickets/again`
pub(crate) async fn ticket(sent: PublicSent) -> Answer {
    again(sent, Lost::Ticket).await
}

/// The answer is the same whether or not number and address belong together.
async fn again(PublicSent { visitor, form }: PublicSent, lost: Lost) -> Answer {
    visitor.one_more_form()?;
    let word = lost.word();
    let number = typed(&form, "number").parse::<i64>();
    let email = typed(&form, "email").parse::<EmailAddress>();
    let mut problems = Vec::new();
    if number.is_err() {
        problems.push(Problem::of("number", format!("Enter the number of the {word}: digits alone.")));
    }
    if email.is_err() {
        problems.push(Problem::of("email", "Enter an e-mail address, such as name@clinic.example."));
    }
    let said = |lead: String, problems| sheet(&visitor, lost, ("Look into your mail", lead), &form, problems);
    let (Ok(number), Ok(email)) = (number, email) else {
        return Ok(said("Nothing was sent.".to_owned(), problems).answer(visitor));
    };
    let (registry, at) = (&visitor.app.registry, visitor.arrival);
    let heard = match lost {
        Lost::Request => requests::letter_again(registry, number, &email, at).await,
        Lost::Enrollment => enrollment::letter_again(registry, number, &email, at).await,
        Lost::Ticket => tickets::letter_again(registry, number, &email, at).await,
    };
    let sheet = match heard.map_err(|failure| visitor.failed(&failure))? {
        Again::OnItsWay => {
            let lead = format!(
                "If {word} {number} has this address, its message is on its way there. Open the link in it to go on."
            );
            said(lead, Vec::new())
        }
        Again::NoMoreNow => {
            let text = "No more messages go out to this address within this hour: five were asked for. Try again in an hour.";
            said("Nothing was sent.".to_owned(), vec![Problem::of("email", text)])
        }
    };
    Ok(sheet.answer(visitor))
}
