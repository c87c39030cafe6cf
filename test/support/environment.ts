// Restores the environment of this process, which tests change. In place: for some variables, Node does not look at an object
// assigned to `process.env`.

/** Makes the environment equal to this one. */
export function setEnvironment(wanted: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) if (!(name in wanted)) delete process.env[name]
  Object.assign(process.env, wanted)
}
