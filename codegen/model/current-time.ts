// Stands for the time of the replay in what is shown of a row, which would differ on each run.

/** No text of a row: it begins with a character that is never shown. */
export const CURRENT_TIME = '\0the current time'
