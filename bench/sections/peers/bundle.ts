// Reports how many bytes each tool adds to an application, with the few lines that use it.
import type { Measurement } from '../../measurement.js'
import type { Toolbox } from './toolbox.js'

const GROUP = 'Bundle beside other tools, without better-sqlite3'

/** The sizes of the bundles. */
export const measurePeersBundle = ({ peers }: Toolbox): Measurement[] =>
  peers
    .filter(({ isVariant, isByHand }) => !isVariant && !isByHand)
    .flatMap(({ tool, bytes }) => {
      const line = { group: GROUP, unit: 'bytes', migrations: null } as const
      return [
        { ...line, what: `${tool.name}: minified and gzip -9`, value: bytes.compressed },
        { ...line, what: `${tool.name}: minified`, value: bytes.minified },
      ]
    })
