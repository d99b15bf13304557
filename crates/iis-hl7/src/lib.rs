//! HL7 v2.5.1 text to messages to the model and back.
