//! Names of what the compiled schedule numbers, and codes of other systems.

use crate::answer::Forecast;
use crate::codes::{Cvx, ObservationCode};
use crate::compiled::Schedule;
use crate::supporting::model::{Release, Series};
use crate::version::Version;

impl Schedule {
    /// Engine, release and overlays.
    #[must_use]
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// The facts behind it, overlays applied.
    #[must_use]
    pub fn release(&self) -> &Release {
        &self.release
    }

    /// The number of vaccine groups; forecasts name them by position.
    #[must_use]
    pub fn vaccine_group_count(&self) -> u8 {
        u8::try_from(self.groups.len()).unwrap_or(u8::MAX)
    }

    /// The name of a vaccine group.
    #[must_use]
    pub fn vaccine_group_name(&self, group: u8) -> &str {
        self.release.vaccine_groups.get(usize::from(group)).map_or("", |group| &group.name)
    }

    /// The position of a vaccine group.
    #[must_use]
    pub fn vaccine_group_named(&self, name: &str) -> Option<u8> {
        let at = self.release.vaccine_groups.iter().position(|group| group.name == name)?;
        u8::try_from(at).ok()
    }

    /// How many antigens a vaccine group has.
    #[must_use]
    pub fn antigens_of(&self, group: u8) -> usize {
        self.groups.get(usize::from(group)).map_or(0, |group| group.antigens.len())
    }

    /// The vaccine group of an antigen.
    #[must_use]
    pub fn vaccine_group_of(&self, antigen: u8) -> Option<u8> {
        self.antigens.get(usize::from(antigen)).map(|antigen| antigen.group)
    }

    /// The vaccine groups of the antigens that a vaccine contains, each once for an antigen.
    pub fn vaccine_groups_of(&self, cvx: Cvx) -> impl Iterator<Item = u8> {
        let vaccine = self.vaccine(cvx).map(|index| &self.vaccines[usize::from(index)]);
        let antigens = vaccine.into_iter().flat_map(|vaccine| &vaccine.antigens);
        antigens.map(|(antigen, _)| self.antigens[usize::from(*antigen)].group)
    }

    /// The name of an antigen.
    #[must_use]
    pub fn antigen_name(&self, antigen: u8) -> &str {
        self.release.antigens.get(usize::from(antigen)).map_or("", |antigen| &antigen.name)
    }

    /// The name of a series.
    #[must_use]
    pub fn series_name(&self, series: u16) -> &str {
        self.plain_series(series).map_or("", |series| &series.name)
    }

    /// The name of the series group of a series, such as `Standard` or `Increased Risk`.
    #[must_use]
    pub fn series_group_name(&self, series: u16) -> &str {
        self.plain_series(series).map_or("", |series| &series.group_name)
    }

    /// The names of the antigens for which a forecast asks a dose.
    pub fn antigens_needed<'a>(&'a self, forecast: &Forecast) -> impl Iterator<Item = &'a str> {
        let bits = forecast.antigens_needed;
        let antigens = self.release.antigens.iter().enumerate();
        antigens.filter(move |(at, _)| bits >> at & 1 == 1).map(|(_, antigen)| antigen.name.as_str())
    }

    /// The facts of a series.
    pub(crate) fn plain_series(&self, series: u16) -> Option<&Series> {
        let antigen = self.series.get(usize::from(series))?.antigen;
        let first = self.antigens.get(usize::from(antigen))?.first_series;
        self.release.antigens.get(usize::from(antigen))?.series.get(usize::from(series - first))
    }

    /// The short name of a vaccine; the code itself when the schedule does not hold it.
    #[must_use]
    pub fn vaccine_name(&self, cvx: Cvx) -> String {
        let at = self.release.vaccines.binary_search_by_key(&cvx, |vaccine| vaccine.cvx);
        at.map_or_else(|_| format!("CVX {cvx}"), |index| self.release.vaccines[index].name.clone())
    }

    /// The title of an observation.
    #[must_use]
    pub fn observation_title(&self, code: ObservationCode) -> &str {
        let at = self.release.observations.binary_search_by_key(&code, |observation| observation.code);
        at.map_or("", |index| &self.release.observations[index].title)
    }

    /// The observations that a code of another system means: `SNOMED`, `CDCPHINVS` or `CVX`.
    pub fn observations_for<'a>(
        &'a self,
        system: &'a str,
        code: &'a str,
    ) -> impl Iterator<Item = ObservationCode> {
        let rows = &self.observations_by_code;
        let start = rows.partition_point(|(s, c, _)| (s.as_str(), c.as_str()) < (system, code));
        let same = move |row: &&(String, String, ObservationCode)| {
            (row.0.as_str(), row.1.as_str()) == (system, code)
        };
        rows[start..].iter().take_while(same).map(|(_, _, observation)| *observation)
    }
}
