// The notice in each generated page that says how it is generated.

/** Goes below the title of each generated page. */
export const GENERATED = '<!-- Made from the sources by `npm run docs`. Do not edit. -->'
