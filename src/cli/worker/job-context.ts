// The types that the parts of the worker share. Types only.
import type { Registry } from '../../model/registry.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import type { Folders } from '../terminal/locate-failure.js'
import type { Settings } from '../settings/settings.js'
import type { Job, WorkerMessage } from './protocol.js'

/** A job's connection to the outside. */
export interface JobContext {
  send(message: WorkerMessage): void
  readonly signal: { readonly aborted: boolean }
  /** Set as soon as the settings are known, for locating a failure. */
  folders: Folders | null
}

/** A run to do. */
export interface RunJob {
  readonly job: Job
  readonly settings: Settings
  readonly path: string
  readonly context: JobContext
  readonly registry: Registry<ClientHandle>
}
