/** The folder of the site's private file system that all is kept in. Other sites on the same host have theirs. */
export const siteFolder = 'darwinlm';
