//! Patient matching, vaccination deduplication, consolidation.
