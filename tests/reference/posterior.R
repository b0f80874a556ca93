# Reference values for tests/test_posterior.py, from base R alone. Run it in this folder:
#
#   Rscript posterior.R
#
# Integrals are taken by R's adaptive Gauss-Kronrod rule on the angle whose squared sine
# is the rate: another rule on another scale than the Python code uses.

shapes <- rbind(
  # a and b of the first and of the other posterior, and the margin
  c(16.5, 4.5, 12.5, 8.5, 0.1), c(16.5, 4.5, 6.5, 14.5, 0), c(12.5, 8.5, 16.5, 4.5, -0.1),
  c(0.5, 20.5, 0.5, 20.5, 0.05), c(20.5, 0.5, 0.5, 20.5, 0.9),
  c(1, 1, 1, 1, 0.25), c(3, 2, 1, 4, 0.5), c(0.5, 0.5, 0.5, 0.5, 0.3),
  c(0.7, 3.2, 2.1, 0.9, -0.6), c(42.5, 18.5, 6.5, 14.5, 0.2),
  c(480.5, 520.5, 450.5, 550.5, 0.02)
)

density <- function(t, a, b) {
  # of the angle t, where the rate is sin(t)^2
  exp(log(2) + (2 * a - 1) * log(sin(t)) + (2 * b - 1) * log(cos(t)) - lbeta(a, b))
}

piecewise <- function(f, from, to, centers) {
  if (to <= from) return(0)
  # cut around the peaks, so that a narrow one is not stepped over
  cuts <- sort(unique(c(from, to, pmin(to, pmax(from, centers)))))
  sum(vapply(seq_len(length(cuts) - 1), function(i) {
    integrate(f, cuts[i], cuts[i + 1], rel.tol = 1e-11, abs.tol = 1e-13,
              subdivisions = 5000)$value
  }, 0))
}

centers <- function(a, b) {
  asin(sqrt(qbeta(c(1e-9, 1e-3, 0.25, 0.5, 0.75, 1 - 1e-3, 1 - 1e-9), a, b)))
}

above <- function(a1, b1, a0, b0, margin) {
  # the rate of the other arm from 0 to 1, split where a probability becomes 0 or 1
  from <- max(0, -margin)
  to <- min(1, 1 - margin)
  inner <- piecewise(function(t) {
    density(t, a0, b0) *
      pbeta(pmin(1, pmax(0, sin(t)^2 + margin)), a1, b1, lower.tail = FALSE)
  }, asin(sqrt(from)), asin(sqrt(to)), c(centers(a0, b0), centers(a1, b1)))
  inner + pbeta(from, a0, b0)
}

limit <- function(a1, b1, a0, b0, target) {
  uniroot(function(m) above(a1, b1, a0, b0, m) - target, c(-1, 1), tol = 1e-13)$root
}

best <- function(a, b) {
  vapply(seq_along(a), function(i) {
    piecewise(function(t) {
      others <- 1
      for (j in seq_along(a)[-i]) others <- others * pbeta(sin(t)^2, a[j], b[j])
      density(t, a[i], b[i]) * others
    }, 0, pi / 2, unlist(Map(centers, a, b)))
  }, 0)
}

write <- function(found) paste(sprintf("%.15g", found), collapse = ",")

lines <- c(paste("#", R.version.string),
           "a_1,b_1,a_0,b_0,margin,probability,low,high")
for (i in seq_len(nrow(shapes))) {
  s <- shapes[i, ]
  lines <- c(lines, write(c(
    s, above(s[1], s[2], s[3], s[4], s[5]),
    limit(s[1], s[2], s[3], s[4], 0.975), limit(s[1], s[2], s[3], s[4], 0.025))))
}
writeLines(lines, "posterior_difference.csv")

groups <- list(
  three = list(c(6.5, 12.5, 16.5), c(14.5, 8.5, 4.5)),
  zeros = list(c(0.5, 0.5, 1.5), c(20.5, 10.5, 19.5)),
  large = list(c(480.5, 450.5, 470.5, 466.5), c(520.5, 550.5, 530.5, 534.5)),
  five = list(c(0.7, 1, 2, 3.3, 5), c(0.6, 1, 2.5, 3, 9))
)
lines <- c(paste("#", R.version.string), "group,a,b,best")
for (name in names(groups)) {
  a <- groups[[name]][[1]]
  b <- groups[[name]][[2]]
  lines <- c(lines, paste(name, vapply(seq_along(a), function(i)
    write(c(a[i], b[i], best(a, b)[i])), ""), sep = ","))
}
writeLines(lines, "posterior_best.csv")

lines <- c(paste("#", R.version.string), "a,b,level,low,high,above_half")
for (s in list(c(16.5, 4.5, 0.95), c(0.5, 20.5, 0.95), c(20.5, 0.5, 0.9),
               c(480.5, 520.5, 0.99), c(1, 1, 0.5))) {
  lines <- c(lines, write(c(s, qbeta((1 - s[3]) / 2, s[1], s[2]),
                            qbeta((1 - s[3]) / 2, s[1], s[2], lower.tail = FALSE),
                            pbeta(0.5, s[1], s[2], lower.tail = FALSE))))
}
writeLines(lines, "posterior_one.csv")
