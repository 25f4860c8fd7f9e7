export const allowed = () => undefined
