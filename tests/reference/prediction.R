# Reference values for tests/test_prediction.py, from base R alone. Run it in this folder:
#
#   Rscript prediction.R
#
# Events to come: the binomial probability of each number is integrated over the rate,
# and arms are added one outcome at a time. The Python code has the closed form instead.
# Weighted sums of three rates: two nested integrals, no grid.

integral <- function(f, from, to, cuts) {
  if (to <= from) return(0)
  cuts <- sort(unique(c(from, to, cuts[cuts > from & cuts < to])))
  sum(vapply(seq_len(length(cuts) - 1), function(i) {
    integrate(f, cuts[i], cuts[i + 1], rel.tol = 1e-10, abs.tol = 1e-13,
              subdivisions = 2000)$value
  }, 0))
}

probabilities <- c(1e-6, 0.01, 0.25, 0.5, 0.75, 0.99, 1 - 1e-6)

# of the angle t, where the rate is sin(t)^2
density <- function(t, a, b) {
  exp(log(2) + (2 * a - 1) * log(sin(t)) + (2 * b - 1) * log(cos(t)) - lbeta(a, b))
}

angle <- function(p) asin(sqrt(pmin(1, pmax(0, p))))

arm_mass <- function(n, a, b) {
  vapply(0:n, function(x) {
    integral(function(t) dbinom(x, n, sin(t)^2) * density(t, a, b), 0, pi / 2,
             c(angle(qbeta(probabilities, a, b)), angle(x / n)))
  }, 0)
}

add <- function(one, other) {
  total <- rep(0, length(one) + length(other) - 1)
  for (i in seq_along(one)) {
    places <- i - 1 + seq_along(other)
    total[places] <- total[places] + one[i] * other
  }
  total
}

# weight and shapes of each arm; the sum is above the margin
above <- function(w, a, b, margin) {
  last <- function(rest) {
    p <- (margin - rest) / w[3]
    pbeta(p, a[3], b[3], lower.tail = w[3] < 0)
  }
  second <- function(rest) {
    kinks <- (margin - rest - c(0, w[3])) / w[2]
    integral(function(t) density(t, a[2], b[2]) * last(rest + w[2] * sin(t)^2), 0, pi / 2,
             c(angle(qbeta(probabilities, a[2], b[2])), angle(kinks)))
  }
  kinks <- (margin - c(0, w[3], w[2], w[2] + w[3])) / w[1]
  integral(function(ts) density(ts, a[1], b[1]) *
             vapply(ts, function(t) second(w[1] * sin(t)^2), 0), 0, pi / 2,
           c(angle(qbeta(probabilities, a[1], b[1])), angle(kinks)))
}

write <- function(found) paste(sprintf("%.15g", found), collapse = ",")

groups <- list(
  one = list(c(100), c(8.5), c(12.5)),
  mixed = list(c(50, 40, 10), c(8.5, 11.5, 14.5), c(12.5, 9.5, 6.5)),
  rare = list(c(30, 20), c(0.5, 1.5), c(20.5, 19.5)),
  published = list(c(100), c(52.5), c(27.5))
)
lines <- c(paste("#", R.version.string), "group,n,a,b")
masses <- c(paste("#", R.version.string), "group,events,mass")
for (name in names(groups)) {
  g <- groups[[name]]
  mass <- 1
  for (i in seq_along(g[[1]])) {
    lines <- c(lines, paste(name, write(c(g[[1]][i], g[[2]][i], g[[3]][i])), sep = ","))
    mass <- add(mass, arm_mass(g[[1]][i], g[[2]][i], g[[3]][i]))
  }
  masses <- c(masses, sprintf("%s,%d,%.15g", name, seq_along(mass) - 1, mass))
}
writeLines(lines, "prediction_arms.csv")
writeLines(masses, "prediction_mass.csv")

cases <- rbind(
  # three weights, three first shapes, three second shapes, margin
  c(-100, 50, 50, 8.5, 11.5, 14.5, 12.5, 9.5, 6.5, 0),
  c(-100, 50, 50, 8.5, 11.5, 14.5, 12.5, 9.5, 6.5, 20),
  c(-60, -40, 100, 8.5, 11.5, 14.5, 12.5, 9.5, 6.5, 10),
  c(40, -50, 10, 0.5, 1.5, 20.5, 20.5, 19.5, 0.5, 5),
  c(1, 2, 3, 1, 1, 1, 1, 1, 1, 3.5)
)
lines <- c(paste("#", R.version.string),
           "w_1,w_2,w_3,a_1,a_2,a_3,b_1,b_2,b_3,margin,probability")
for (i in seq_len(nrow(cases))) {
  s <- cases[i, ]
  lines <- c(lines, write(c(s, above(s[1:3], s[4:6], s[7:9], s[10]))))
}
writeLines(lines, "prediction_difference.csv")
