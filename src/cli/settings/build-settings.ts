// The part of the settings that the build depends on.
import type { GenerateSettings } from '../../../codegen/model/settings.js'
import type { Settings } from './settings.js'

/** Nothing but what generating depends on: what is remembered about it is remembered for exactly these values. */
export const buildSettings = ({
  root,
  migrations,
  out,
  driver,
  mode,
  importExtension,
  language,
  rules,
  replay,
  config,
  seeds,
  open,
  table,
  ignoreTables,
  replayTimeoutMs,
  schemaPage,
  minimumSqlite,
  memory,
}: Settings): GenerateSettings => ({
  ...(seeds && { seeds }),
  ...(open && { opens: true }),
  ...(memory !== undefined && { memory }),
  root,
  migrations,
  out,
  driver,
  mode,
  importExtension,
  language,
  rules,
  replay,
  config,
  table,
  ignoreTables,
  replayTimeoutMs,
  schemaPage,
  minimumSqlite,
})
