/** Without this file, the configuration of the repository would apply. */
export default {};
