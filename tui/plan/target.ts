/** Where the system is put together. */
export const targetRoot = "/mnt";
