/** Needed for every change here. */
export const MANAGE = 'users.manage'
