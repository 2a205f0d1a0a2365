/** The version of the package. `npm run version-packages` writes it. */
export const VERSION = '0.0.0';
