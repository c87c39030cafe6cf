// A database with the history that an answer is about, where that has a name: others may be in the same file. Pure.
import type { Settings } from '../settings/settings.js'

type Named = Pick<Settings, 'history'>

/** As a person reads it. */
export const withHistory = (database: string, { history }: Named): string =>
  history === undefined ? database : `${database} (${history})`

/** For JSON. */
export const historyOf = ({ history }: Named): { readonly history?: string } =>
  history === undefined ? {} : { history }
