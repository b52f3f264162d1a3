@testable import Console
import Testing

struct PriceScaleTests {
    @Test func itHoldsEveryPriceAndGivesThemMostOfTheRoom() throws {
        var random = Seeded(7)
        for _ in 0..<5_000 {
            let size = [1e-6, 0.01, 1, 7, 180, 4_321, 1e9].randomElement(using: &random)!
            let prices = (0..<Int.random(in: 1...60, using: &random)).map { _ in
                size * (1 + Double.random(in: -0.05...0.05, using: &random))
            }
            let scale = try #require(PriceScale(prices))
            let shares = prices.map(scale.share)
            #expect(shares.allSatisfy { $0 >= 0 && $0 <= 1 })
            guard let least = shares.min(), let most = shares.max(), prices.min() != prices.max() else { continue }
            #expect(most - least >= 0.66, "\(prices)")
        }
    }

    @Test func itStaysWhileAPriceMovesALittle() throws {
        var prices = [164.25, 166.1]
        let scale = try #require(PriceScale(prices))
        #expect((164.19...164.21).contains(scale.low) && (166.19...166.21).contains(scale.high))
        for price in [165, 164.22, 166.15, 164.21, 166.19] {
            prices.append(price)
            #expect(PriceScale(prices) == scale)
        }
    }

    /// What no exchange quotes may still arrive.
    @Test func itEndsAtEitherEndOfWhatNumbersCanSay() throws {
        let least = Double.leastNonzeroMagnitude
        for prices in [
            [0, least], [0, 4 * least], [0, 9 * least], [least, 1e6 * least], [0, 1e308], [-1e308, 1e308],
        ] {
            let scale = try #require(PriceScale(prices))
            #expect(scale.low <= prices[0] && scale.high >= prices[1])
        }
    }

    @Test func thereIsNoneWithoutAPriceAndAllAreInTheMiddleWhereTheyAreTheSame() throws {
        #expect(PriceScale([]) == nil && PriceScale([.nan]) == nil)
        let same = try #require(PriceScale([12.5, 12.5]))
        #expect(same.share(12.5) == 0.5)
    }
}
