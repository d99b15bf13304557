//! The observations of an evaluation and of a forecast (Z42): one set with an OBX-4 of its own for each vaccine group.
//!
//! The number of doses in the primary series (59782-3) is not said: a series of the schedule also holds the slots of doses
//! that only some persons need.
//!
//! Source: immunization guide 1.5, chapter 6 (return an evaluated history and forecast), and its value set NIP003.

use super::Rows;
use crate::er7::Writer;
use iis_model::recommendation::{
    Evaluation, Forecast, ForecastStatus, Notice, Standing, VaccineGroup, Validity,
};
use iis_model::{Coded, Cvx, Date, ReportedEvent};

/// The longest text of the data type ST (HL7 2.5.1, chapter 2A).
pub(crate) const LONGEST_TEXT: usize = 199;

/// Why a live vaccine that is due is not simply given: what the screens say beside it (decision 0063).
const CAUTION: &str = "A live vaccine, and an immunocompromise is on record: decide before it is given.";

/// Writes the sets of one order group; `next` is the next OBX-1.
pub(crate) struct Sets<'w> {
    rows: Rows<'w>,
    assessed_on: Date,
}

impl<'w> Sets<'w> {
    pub(crate) fn new(out: &'w mut Writer, next: &'w mut u32, assessed_on: Date) -> Self {
        Self { rows: Rows { out, next, group: 0 }, assessed_on }
    }

    /// What became of a dose in one vaccine group. A dose that does not count says N, also when it was only not needed:
    /// the reason tells the two apart. A dose of which nothing is known says neither Y nor N. The name of the series is
    /// said where one series is that of the whole group: that of measles alone would mislead under MMR.
    pub(crate) fn evaluation(&mut self, evaluation: &Evaluation) {
        self.begin(&evaluation.group);
        match evaluation.validity {
            Validity::Valid => self.text("ID", "59781-5^Dose validity", "Y"),
            Validity::NotValid | Validity::Extraneous | Validity::SubStandard => {
                self.text("ID", "59781-5^Dose validity", "N");
            }
            Validity::NotJudged => {}
        }
        self.number("30973-2^Dose number in series", evaluation.dose_number);
        if evaluation.is_series_of_group {
            self.text("ST", "59780-7^Immunization schedule series name", &evaluation.series);
        }
        if evaluation.validity != Validity::Valid || !evaluation.reasons.is_empty() {
            self.reason(&evaluation.sentence, &evaluation.reasons.join("; "));
        }
    }

    /// A dose that no vaccine group of the schedule could judge.
    pub(crate) fn not_evaluated(&mut self, vaccine: Option<Cvx>, why: &str) {
        self.begin(&VaccineGroup { name: "".into(), cvx: vaccine });
        self.reason(why, why);
    }

    /// What is needed of one vaccine group. 59778-1 is the first day on which the dose is overdue, the day after CDSi's
    /// past-due date: on that day the status begins to say so (decision 0019). A dose whose time counts from a day that is
    /// not on record has no dates: the reason says when it is wanted.
    pub(crate) fn forecast(&mut self, forecast: &Forecast) {
        self.begin(&forecast.group);
        if let Some(dates) = forecast.dates {
            self.date("30980-7^Date vaccine due", Some(dates.recommended));
            self.date("30981-5^Earliest date to give", Some(dates.earliest));
            self.date("59778-1^Date when overdue for immunization", dates.overdue_from());
            self.date("59777-3^Latest date to give", dates.latest);
        }
        self.number("30973-2^Dose number in series", forecast.dose_number);
        if let [series] = &*forecast.series {
            self.text("ST", "59780-7^Immunization schedule series name", series);
        }
        self.text("ST", "59783-1^Status in immunization series", status(forecast, self.assessed_on));
        if forecast.is_cautioned {
            return self.reason(CAUTION, CAUTION);
        }
        let says_more = forecast.undated.is_some()
            || forecast.caveat.is_some()
            || forecast.season_gap.is_some()
            || forecast.status == ForecastStatus::NotRecommended;
        let sentence = if says_more { &*forecast.sentence } else { forecast.reason };
        let short = forecast.caveat.map_or(forecast.reason, |caveat| caveat.words());
        self.reason(sentence, short);
    }

    /// Nothing can be forecast: the group of the forecast says why.
    pub(crate) fn nothing(&mut self, why: &str) {
        self.rows.group += 1;
        self.schedule();
        self.reason(why, why);
    }

    /// What was observed under a dose, or of the person beside the doses, as a history says it (Z32).
    pub(crate) fn noted(&mut self, event: &ReportedEvent) {
        self.rows.noted(event);
    }

    /// What was noticed in the facts, of any length: a comment in a set of its own, since NTE is none of the profile's segments;
    /// the schedule beside it tells it from what a reporter remarked.
    pub(crate) fn notice(&mut self, notice: &Notice) {
        self.rows.group += 1;
        self.schedule();
        self.rows.remark(&notice.text);
    }

    fn begin(&mut self, group: &VaccineGroup) {
        self.rows.group += 1;
        let cvx = group.cvx.unwrap_or(Cvx::NO_VACCINE).to_string();
        let coded = Coded::new(&cvx, &group.name, "CVX");
        self.rows.coded("30956-7^Vaccine group", &coded, "CVX", Some(self.assessed_on.into()));
        self.schedule();
    }

    fn schedule(&mut self) {
        let acip = Coded::new("VXC16", "ACIP Schedule", "CDCPHINVS");
        let on = Some(self.assessed_on.into());
        self.rows.coded("59779-9^Immunization schedule used", &acip, "CDCPHINVS", on);
    }

    fn text(&mut self, value_type: &str, about: &str, text: &str) {
        self.rows.begin(value_type, about).text(text);
        self.rows.end(Some(self.assessed_on.into()));
    }

    fn date(&mut self, about: &str, date: Option<Date>) {
        if let Some(date) = date {
            self.rows.begin("DT", about).text(&crate::er7::time::write_date(date.into()));
            self.rows.end(Some(self.assessed_on.into()));
        }
    }

    fn number(&mut self, about: &str, number: Option<u8>) {
        if let Some(number) = number {
            self.rows.begin("NM", about).value(number);
            self.rows.out.field(6).components(&["NA", "NA", "HL70353"]);
            self.rows.end(Some(self.assessed_on.into()));
        }
    }

    fn reason(&mut self, sentence: &str, short: &str) {
        let fits = |text: &&str| !text.is_empty() && text.chars().count() <= LONGEST_TEXT;
        if let Some(text) = [sentence, short].into_iter().find(fits) {
            self.text("ST", "30982-3^Reason applied by forecast logic", text);
        }
    }
}

/// The status in words that a screen can print. Due and overdue are said as of the day of the evaluation.
fn status(forecast: &Forecast, on: Date) -> &'static str {
    match forecast.standing(on) {
        Standing::Overdue => "Overdue",
        Standing::Due => "Due",
        Standing::Possible | Standing::Later | Standing::Undated => "Not Complete",
        Standing::SeasonUnknown => "Season Not Known",
        Standing::Settled(status) => status.words(),
    }
}
