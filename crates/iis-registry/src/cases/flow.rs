//! A table of moves: from which state which event leads where. What is not in the table is refused.

/// A case's states and the events that move it.
pub trait Flow: Copy + Eq + std::fmt::Debug + Send + Sync + 'static {
    /// What happens to a case.
    type Event: Copy + Eq + std::fmt::Debug + Send + Sync + 'static;
    /// The word under which such cases are stored.
    const KIND: &'static str;
    /// All moves.
    const MOVES: &'static [(Self, Self::Event, Self)];

    /// The word under which the state is stored.
    fn stored(self) -> &'static str;

    /// The state of a stored word.
    fn of_stored(word: &str) -> Option<Self>;

    /// Where the event leads; none: it cannot happen now.
    fn after(self, event: Self::Event) -> Option<Self> {
        Self::MOVES.iter().find(|(from, by, _)| *from == self && *by == event).map(|(.., to)| *to)
    }
}

macro_rules! flow {
    (
        $(#[$doc:meta])* $state:ident as $kind:literal { $($(#[$sdoc:meta])* $s:ident = $word:literal, $title:literal;)+ }
        $(#[$edoc:meta])* $event:ident { $($(#[$vdoc:meta])* $e:ident,)+ }
        moves { $($from:ident + $by:ident => $to:ident,)+ }
    ) => {
        $crate::words::words! { $(#[$doc])* $state { $($(#[$sdoc])* $s = $word, $title;)+ } }

        $(#[$edoc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $event { $($(#[$vdoc])* $e,)+ }

        impl $event {
            /// All events.
            pub const ALL: &'static [Self] = &[$(Self::$e),+];
        }

        impl $crate::cases::Flow for $state {
            type Event = $event;
            const KIND: &'static str = $kind;
            const MOVES: &'static [(Self, $event, Self)] = &[$(($state::$from, $event::$by, $state::$to)),+];

            fn stored(self) -> &'static str {
                self.word()
            }

            fn of_stored(word: &str) -> Option<Self> {
                Self::of_word(word)
            }
        }
    };
}
pub(crate) use flow;

/// The moves as a table: one line a state, with the places that events lead to. For tests that hold it against the
/// requirements.
#[cfg(test)]
pub(crate) fn printed<F: Flow>(states: &[F], events: &[F::Event]) -> Vec<String> {
    states
        .iter()
        .map(|state| {
            let moves: Vec<String> = events
                .iter()
                .filter_map(|event| state.after(*event).map(|to| format!("{event:?} {}", to.stored())))
                .collect();
            format!("{}: {}", state.stored(), moves.join(", "))
        })
        .collect()
}
