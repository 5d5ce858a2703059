//! `handbook schema`: what a manifest or a theme may say, as a JSON Schema, with which editors complete and check the YAML.

use crate::load::manifest_schema;
use crate::theme::Theme;

use super::Status;
use super::console::Console;

pub(super) const EXAMPLES: &str = "Examples:
  handbook schema manifest >handbook.schema.json
  handbook schema theme >theme.schema.json

Editors with the YAML language server take it from the first line of the file:
  # yaml-language-server: $schema=handbook.schema.json";

#[derive(Clone, Debug, clap::Args)]
pub(super) struct SchemaArgs {
    /// Of which file
    #[arg(value_name = "FILE")]
    of: SchemaOf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum SchemaOf {
    /// handbook.yaml
    Manifest,
    /// A theme's file
    Theme,
}

/// Runs the command.
pub(super) fn run(args: &SchemaArgs, console: &mut Console<'_>) -> Status {
    let schema = match args.of {
        SchemaOf::Manifest => manifest_schema(),
        SchemaOf::Theme => Theme::schema(),
    };
    console.result(format!("{schema:#}"));
    Status::Done
}
