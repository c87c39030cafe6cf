// Adds to a database the name of the history that a result is about, since others may be in the same file. Pure.
import type { Settings } from '../settings/settings.js'

type Named = Pick<Settings, 'history'>

/** For people. */
export const withHistory = (database: string, { history }: Named): string =>
  history === undefined ? database : `${database} (${history})`

/** For JSON. */
export const historyOf = ({ history }: Named): { readonly history?: string } =>
  history === undefined ? {} : { history }
