// The line that tells readers of a generated page where it comes from.

/** Stands below the title of each generated page. */
export const GENERATED = '<!-- Made from the sources by `npm run docs`. Do not edit. -->'
